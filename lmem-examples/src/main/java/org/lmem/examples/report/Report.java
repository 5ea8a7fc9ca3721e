package org.lmem.examples.report;

import com.google.gson.JsonObject;

/// What a report shows.
///
/// @param title in one line
/// @param data `run` as `lmem run --record` writes it, `growth` as [GrowthCurves] and `film` as [CollectionFilm] makes them
public record Report(String title, JsonObject data) {}
