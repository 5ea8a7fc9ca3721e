package org.lmem.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaMemory;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.LuaState;

/// The arrows between the modules, what they export, and where the restricted calls are.
class ArchitectureTest {
    private static final Set<String> RESTRICTED = Set.of("reinterpret", "downcallHandle", "upcallStub", "libraryLookup",
            "loadLibrary", "load");
    private static final JavaClasses LMEM = new ClassFileImporter().importLocations(
            Stream.of(LuaMemory.class, LuaState.class, StatsAllocator.class, Tour.class).map(ArchitectureTest::home)
                    .toList());

    /// Where a module's classes are: a folder, or a jar when the build has come that far.
    private static Location home(Class<?> type) {
        try {
            Path home = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(home) ? Location.of(home) : Location.of(new JarFile(home.toFile()));
        } catch (URISyntaxException | IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"core, 'org.lmem.core..'", "gc, 'org.lmem.core..,org.lmem.gc..'",
            "allocators, 'org.lmem.core..,org.lmem.allocators..'"})
    void module_dependsOnlyAlongTheArrows(String module, String allowed) {
        String[] lmem = List.of(allowed.split(",")).toArray(String[]::new);
        noClasses().that().resideInAPackage("org.lmem." + module + "..").should().dependOnClassesThat(
                describe("in lmem, but not in " + allowed, c -> c.getPackageName().startsWith("org.lmem")
                        && Stream.of(lmem).noneMatch(p -> c.getPackageName().startsWith(p.replace("..", "")))))
                .allowEmptyShould(true)
                .check(LMEM);
    }

    @Test
    void core_needsOnlyJava() {
        classes().that().resideInAPackage("org.lmem.core..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.lmem.core..", "org.jspecify..").check(LMEM);
    }

    @Test
    void packages_haveNoCycle() {
        slices().matching("org.lmem.(**)").should().beFreeOfCycles().check(LMEM);
    }

    @Test
    void restrictedCalls_areInOneClass() {
        DescribedPredicate<JavaAccess<?>> restricted = describe("a restricted method of java.lang.foreign",
                access -> isRestricted(access.getTarget()));
        noClasses().that().doNotHaveFullyQualifiedName(RawMemory.class.getName()).should().accessTargetWhere(restricted)
                .check(LMEM);
        assertThat(LMEM.get(RawMemory.class).getAccessesFromSelf()).anyMatch(restricted::test);
    }

    private static boolean isRestricted(AccessTarget target) {
        return target.getOwner().getPackageName().equals("java.lang.foreign") && RESTRICTED.contains(target.getName());
    }

    @Test
    void examples_areNotUsedByAnyModule() {
        noClasses().that().resideOutsideOfPackage("org.lmem.examples..").should().dependOnClassesThat()
                .resideInAPackage("org.lmem.examples..").check(LMEM);
    }

    @Test
    void modules_exportOnePackageEach() {
        assertThat(exports(LuaMemory.class)).containsExactly("org.lmem.core",
                "org.lmem.core.raw to org.lmem.allocators org.lmem.examples org.lmem.gc");
        assertThat(exports(StatsAllocator.class)).containsExactlyInAnyOrder("org.lmem.allocators",
                "org.lmem.allocators.junit", "org.lmem.allocators.micrometer");
        assertThat(exports(LuaState.class)).containsExactly("org.lmem.gc");
        assertThat(requires(LuaMemory.class)).containsExactly("java.base", "org.jspecify (static)");
        assertThat(requires(LuaState.class)).containsExactly("java.base", "jdk.jfr", "org.jspecify (static)",
                "org.lmem.core");
    }

    private static List<String> exports(Class<?> type) {
        return type.getModule().getDescriptor().exports().stream().sorted()
                .map(e -> e.source() + (e.isQualified()
                        ? e.targets().stream().sorted().collect(Collectors.joining(" ", " to ", ""))
                        : ""))
                .toList();
    }

    private static List<String> requires(Class<?> type) {
        return type.getModule().getDescriptor().requires().stream().sorted()
                .map(r -> r.name()
                        + (r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC) ? " (static)" : ""))
                .toList();
    }
}
