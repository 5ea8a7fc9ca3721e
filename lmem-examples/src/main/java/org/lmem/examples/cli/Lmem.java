package org.lmem.examples.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command line.
@Command(name = "lmem", mixinStandardHelpOptions = true, versionProvider = Lmem.Version.class, synopsisSubcommandLabel = "COMMAND", description = "See how Lua 5.1.5 manages memory, and watch and cap the memory of a real script.", footer = {
        "", "Examples:", "  lmem tour E19                        one example, explained and run",
        "  lmem run --limit 64m script.lua      a script that may hold 64 MiB",
        "  lmem run --trace t.lmtr script.lua   record what it asks of its allocator",
        "  lmem replay t.lmtr                   compare allocators on it",
        "  lmem run --report r.html script.lua  a report to look at in a browser", "",
        "Exit status: 0, 1 where something failed, 2 where the command line is wrong."})
public final class Lmem implements Runnable {
    /// Where the command line is wrong.
    static final int USAGE = CommandLine.ExitCode.USAGE;
    /// Where something failed.
    static final int FAILED = CommandLine.ExitCode.SOFTWARE;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of what failed.")
    private boolean verbose;
    @Spec
    private @Nullable CommandSpec spec;

    private Lmem() {}

    /// Runs the command line and ends the process with its status.
    ///
    /// @param args the command and its arguments
    public static void main(String[] args) {
        Streams streams = Streams.ofProcess();
        int status = run(streams, args);
        streams.out().flush();
        System.exit(status);
    }

    /// Runs a command.
    ///
    /// @return the exit status
    static int run(Streams streams, String... args) {
        return commandLine(streams).execute(args);
    }

    private static CommandLine commandLine(Streams streams) {
        Lmem lmem = new Lmem();
        CommandLine run = new CommandLine(new RunCommand(streams));
        run.setStopAtPositional(true); // the rest is the script's
        CommandLine line = new CommandLine(lmem).addSubcommand(new TourCommand(streams))
                .addSubcommand("run", run)
                .addSubcommand(new ReplayCommand(streams)).addSubcommand(new BenchCommand(streams))
                .addSubcommand(new ReportCommand(streams))
                .addSubcommand("completion", new Completion(streams));
        return line.setCaseInsensitiveEnumValuesAllowed(true).setOut(writer(streams.out()))
                .setErr(writer(streams.err())).setExpandAtFiles(false)
                .setParameterExceptionHandler((e, args) -> lmem.misused(e, streams))
                .setExecutionExceptionHandler((e, at, result) -> lmem.failed(e, streams));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "no command was given");
    }

    private int misused(ParameterException e, Streams streams) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = Objects.requireNonNullElse(e.getMessage(), "wrong arguments");
        streams.err().println(name + ": " + message.lines().findFirst().orElse("") + "; try: " + name + " --help");
        trace(e, streams);
        return USAGE;
    }

    private int failed(Exception e, Streams streams) {
        streams.err().println("lmem: " + (e instanceof Failure ? e.getMessage() : message(e)));
        trace(e, streams);
        return FAILED;
    }

    private void trace(Exception e, Streams streams) {
        if (verbose)
            e.printStackTrace(streams.err());
    }

    /// What went wrong, in one line.
    static String message(Throwable e) {
        String message = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()).lines().findFirst()
                .orElse("");
        if (e instanceof NoSuchFileException)
            return "no such file: " + message;
        return e instanceof FileSystemException || !(e instanceof IOException)
                ? e.getClass().getSimpleName() + ": " + message
                : message;
    }

    /// What `--version` says.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Lmem.class.getPackage().getImplementationVersion();
            return new String[]{"lmem " + (version == null ? "(from its classes)" : version) + ", Lua 5.1.5, Java "
                    + Runtime.version()};
        }
    }

    /// Prints the completion of the shell.
    @Command(name = "completion", mixinStandardHelpOptions = true, description = "Print the completion for bash and zsh.", footer = {
            "", "Example:", "  source <(lmem completion)"})
    static final class Completion implements Runnable {
        private final Streams streams;

        Completion(Streams streams) {
            this.streams = streams;
        }

        @Override
        public void run() {
            streams.out().print(AutoComplete.bash("lmem", commandLine(streams)));
        }
    }
}
