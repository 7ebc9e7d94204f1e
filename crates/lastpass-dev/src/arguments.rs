//! The command line.

use lastpass_sim::change_commands;
use lexopt::{Arg, Parser, ValueExt};

pub(crate) const HELP: &str = "\
cargo dev                 every route on http://localhost:3000, with a demo company
    --port PORT           another port
    --people N            a demo company of another size (default 240)
    --late COMMAND        the demo company's first COMMAND (batchadd, batchchangegrp, disableuser, deluser, ...) gets no
                          reply and takes effect 3 seconds later: a change of unknown outcome; may be repeated
    --live                your own company; credentials are read from the environment, .env.local or .env;
                          changes are dry runs
    --writes              with --live: changes are made
    --no-dashboard        the API alone; without this option the dashboard at / is built by npm at the first start
cargo dev simulator       a simulated LastPass for a function to connect to
    --port PORT           (default 4000)
    --people N            (default 500)
    --seed N              another company of that size
cargo dev openapi         writes public/openapi.json and docs/API.md
cargo benchmark           measures the security report, and changes while a sync runs
";

pub(crate) enum Command {
    Help,
    Serve(ServerOptions),
    Simulator(SimulatorOptions),
    Bench,
    OpenApi,
}

/// The local server.
pub(crate) struct ServerOptions {
    pub(crate) port: u16,
    /// The size of the demo company, if not the default.
    pub(crate) people: Option<usize>,
    /// The commands whose first call gets no reply and is executed late.
    pub(crate) late: Vec<String>,
    /// How to treat changes to the user's own company; `None` for the demo company.
    pub(crate) live: Option<LiveChanges>,
    pub(crate) dashboard: DashboardOption,
}

/// Whether the dashboard is part of the local server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DashboardOption {
    Serve,
    LeaveOut,
}

/// How changes to the user's own company are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiveChanges {
    DryRun,
    Made,
}

/// The simulator as a server.
pub(crate) struct SimulatorOptions {
    pub(crate) port: u16,
    pub(crate) people: usize,
    pub(crate) seed: u64,
}

/// More than any company has; a larger one takes minutes to generate.
const MAX_PEOPLE: usize = 1_000_000;

fn number_of_people(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= MAX_PEOPLE);
    number.ok_or_else(|| format!("--people takes a whole number up to {MAX_PEOPLE}"))
}

fn change_command(text: &str) -> Result<String, String> {
    let names = change_commands();
    names.get(text).map(|name| (*name).to_owned()).ok_or_else(|| {
        let names: Vec<_> = names.iter().copied().collect();
        format!("--late takes a command that changes something: {}", names.join(", "))
    })
}

pub(crate) fn parse() -> Result<Command, lexopt::Error> {
    let mut parser = Parser::from_env();
    let (mut command, mut port, mut people, mut seed) = (None, None, None, None);
    let (mut live, mut writes, mut late, mut dashboard) = (false, false, Vec::new(), DashboardOption::Serve);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => port = Some(parser.value()?.parse()?),
            Arg::Long("people") => people = Some(parser.value()?.parse_with(number_of_people)?),
            Arg::Long("seed") => seed = Some(parser.value()?.parse()?),
            Arg::Long("late") => late.push(parser.value()?.parse_with(change_command)?),
            Arg::Long("live") => live = true,
            Arg::Long("writes") => writes = true,
            Arg::Long("no-dashboard") => dashboard = DashboardOption::LeaveOut,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(name) if command.is_none() => command = Some(name.string()?),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    if live && command.is_some() {
        return Err("--live is an option of the local server only".into());
    }
    if writes && !live {
        return Err("--writes requires --live: changes to the demo company are always made".into());
    }
    if dashboard == DashboardOption::LeaveOut && command.is_some() {
        return Err("--no-dashboard is an option of the local server only".into());
    }
    if seed.is_some() && command.as_deref() != Some("simulator") {
        return Err("--seed is an option of the simulator only".into());
    }
    if live && people.is_some() {
        return Err("--people sets the size of the demo company, which --live does not use".into());
    }
    if !late.is_empty() && (live || command.is_some()) {
        return Err("--late is an option of the local server with the demo company only".into());
    }
    match command.as_deref() {
        None => {
            let live = live.then_some(if writes { LiveChanges::Made } else { LiveChanges::DryRun });
            Ok(Command::Serve(ServerOptions { port: port.unwrap_or(3000), people, late, live, dashboard }))
        }
        Some("simulator") => Ok(Command::Simulator(SimulatorOptions {
            port: port.unwrap_or(4000),
            people: people.unwrap_or(500),
            seed: seed.unwrap_or(1),
        })),
        Some("bench") => Ok(Command::Bench),
        Some("openapi") => Ok(Command::OpenApi),
        Some(other) => Err(format!("unknown command: {other}").into()),
    }
}
