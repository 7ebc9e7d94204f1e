//! What can be asked on the command line.

use lexopt::{Arg, Parser, ValueExt};

pub(crate) const HELP: &str = "\
cargo dev                 every route on http://localhost:3000 over a made-up company
    --port PORT           another port
    --people N            a company of another size (default 240)
    --live                your own organisation; credentials from the environment, .env.local or .env;
                          changes are told, and not made
    --writes              with --live: changes are made
cargo dev simulator       a LastPass to point a function at
    --port PORT           (default 4000)
    --people N            (default 500)
    --seed N              another company of that size
cargo benchmark           what the report costs
";

/// What is asked.
pub(crate) enum Command {
    Help,
    Serve(Serve),
    Simulator(Simulator),
    Bench,
}

/// The local server.
pub(crate) struct Serve {
    pub(crate) port: u16,
    /// The size of the made-up company; nothing for the demo's own.
    pub(crate) people: Option<usize>,
    /// Whether it is one's own organisation, and what becomes of changes there.
    pub(crate) live: Option<Changes>,
}

/// What becomes of changes of one's own organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// Each is answered with what it would do.
    Told,
    /// They are made.
    Made,
}

/// The simulator as a server.
pub(crate) struct Simulator {
    pub(crate) port: u16,
    pub(crate) people: usize,
    pub(crate) seed: u64,
}

/// More people than any organisation has: the simulator would take minutes to make them up.
const MOST_PEOPLE: usize = 1_000_000;

fn number_of_people(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= MOST_PEOPLE);
    number.ok_or_else(|| format!("--people takes a whole number up to {MOST_PEOPLE}"))
}

pub(crate) fn parse() -> Result<Command, lexopt::Error> {
    let mut parser = Parser::from_env();
    let (mut command, mut port, mut people, mut seed) = (None, None, None, None);
    let (mut live, mut writes) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => port = Some(parser.value()?.parse()?),
            Arg::Long("people") => people = Some(parser.value()?.parse_with(number_of_people)?),
            Arg::Long("seed") => seed = Some(parser.value()?.parse()?),
            Arg::Long("live") => live = true,
            Arg::Long("writes") => writes = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(name) if command.is_none() => command = Some(name.string()?),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    if live && command.is_some() {
        return Err("--live goes with the local server".into());
    }
    if writes && !live {
        return Err("--writes goes with --live: changes of the made-up company are made anyway".into());
    }
    if seed.is_some() && command.as_deref() != Some("simulator") {
        return Err("--seed goes with the simulator".into());
    }
    if live && people.is_some() {
        return Err("--people sizes the made-up company, which --live does without".into());
    }
    match command.as_deref() {
        None => {
            let live = live.then_some(if writes { Changes::Made } else { Changes::Told });
            Ok(Command::Serve(Serve { port: port.unwrap_or(3000), people, live }))
        }
        Some("simulator") => Ok(Command::Simulator(Simulator {
            port: port.unwrap_or(4000),
            people: people.unwrap_or(500),
            seed: seed.unwrap_or(1),
        })),
        Some("bench") => Ok(Command::Bench),
        Some(other) => Err(format!("there is no command {other}").into()),
    }
}
