package org.lmem.gc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The rival: `workloads.c`, compiled here, with the library of real Lua 5.1.5 that the artifact `lua51-platform` carries.
final class RealLua {
    private static final String LIBRARY = "liblua5164.so";

    private RealLua() {}

    /// Compiles the program.
    ///
    /// @param source `workloads.c`
    /// @param directory where the program and the library go
    /// @return the program
    /// @throws IOException where the compiler fails
    static Path compile(Path source, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path library = directory.resolve(LIBRARY);
        try (InputStream in = ClassLoader.getSystemResourceAsStream(LIBRARY)) {
            Files.write(library, Objects.requireNonNull(in, LIBRARY).readAllBytes());
        }
        Path program = directory.resolve("workloads");
        Child.output(List.of("gcc", "-O2", "-o", program.toString(), source.toString(), library.toString(),
                "-Wl,-rpath," + directory.toAbsolutePath()), null);
        return program;
    }

    /// The file of mimalloc, where it is installed in one of the usual places.
    static Optional<Path> mimalloc() throws IOException {
        for (String directory : List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")) {
            if (!Files.isDirectory(Path.of(directory)))
                continue;
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                Optional<Path> found = files.filter(f -> f.getFileName().toString().startsWith("libmimalloc.so"))
                        .max(Path::compareTo);
                if (found.isPresent())
                    return found;
            }
        }
        return Optional.empty();
    }
}
