//! IP addresses of the log, with ports and in long and mapped forms.

use chrono::TimeDelta;
use lastpass_sim::LogEvent;
use serde_json::{Value, json};

use crate::{
    companies::{at, with_log},
    world::World,
};

/// Spellings of an address in the log, the address, and the port.
const SPELLINGS: [(&str, &str, Option<u16>); 14] = [
    ("203.0.113.7", "203.0.113.7", None),
    ("203.0.113.7:51234", "203.0.113.7", Some(51_234)),
    ("203.0.113.7:1", "203.0.113.7", Some(1)),
    ("::ffff:203.0.113.7", "203.0.113.7", None),
    ("::FFFF:203.0.113.7", "203.0.113.7", None),
    ("::ffff:cb00:7107", "203.0.113.7", None),
    ("[::ffff:203.0.113.7]:8080", "203.0.113.7", Some(8_080)),
    ("0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7", None),
    ("2001:db8::1", "2001:db8::1", None),
    ("2001:DB8::1", "2001:db8::1", None),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1", None),
    ("[2001:db8::1]:443", "2001:db8::1", Some(443)),
    ("[2001:db8::1]", "2001:db8::1", None),
    ("203.0.113.70", "203.0.113.70", None),
];

fn world() -> World {
    let start = at("2026-11-23T15:00:00Z");
    let log = (0..).zip(SPELLINGS).map(|(n, (ip, ..))| {
        LogEvent::new(start + TimeDelta::seconds(n), "ann@example.com", ip, "Log in", "LastPass via Website")
    });
    World::new(with_log(log.collect()))
}

#[tokio::test]
async fn each_spelling_finds_all_spellings_of_its_address() {
    let world = world();
    for (spelling, address, _) in SPELLINGS {
        let expected = SPELLINGS.iter().filter(|(_, other, _)| *other == address).count();
        let encoded = spelling.replace('[', "%5B").replace(']', "%5D");
        for form in ["json", "csv"] {
            let reply = world.get(&format!("audit-logs?ip={encoded}&format={form}")).await;
            let found = if form == "csv" {
                reply.csv().1.len()
            } else {
                reply.json()["total"].as_u64().expect("a total") as usize
            };
            assert_eq!(found, expected, "{spelling}, {form}");
        }
    }
    for wrong in [
        "203.0.113",
        "203.0.113.7.1",
        "203.0.113.256",
        "[2001:db8::1",
        "host.example",
        "203.0.113.7:99999",
        "2001:db8:::1",
        ":::1",
        "2001:db8::1::443",
    ] {
        let reply = world.get(&format!("audit-logs?ip={}", wrong.replace('[', "%5B"))).await;
        assert_eq!(reply.problem(400, "invalid-parameters")["errors"][0]["field"], "ip", "{wrong}");
    }
}

#[tokio::test]
async fn ocsf_has_the_address_and_the_port() {
    let exported = world().get("audit-logs?format=ocsf").await;
    let mut sources: Vec<Value> = exported
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["src_endpoint"].clone())
        .collect();
    sources.reverse();
    for (source, (spelling, address, port)) in sources.iter().zip(SPELLINGS) {
        let expected = match port {
            Some(port) => json!({ "ip": address, "port": port }),
            None => json!({ "ip": address }),
        };
        assert_eq!(*source, expected, "{spelling}");
    }
}

#[tokio::test]
async fn a_network_is_one_place_however_its_addresses_are_written() {
    let login = |n: i64, ip: String| {
        LogEvent::new(at("2026-11-23T15:00:00Z") + TimeDelta::seconds(n), "ann@example.com", &ip, "Log in", "")
    };
    let long = |n: i64| format!("[2001:0db8:0001:0002:0000:0000:0000:{n:04x}]:{}", 50_000 + n);
    let short = |n: i64| format!("2001:db8:1:2::{n:x}");
    let with_port = |n: i64| format!("203.0.113.7:{}", 50_000 + n);
    for (what, log, alerts) in [
        (
            "one /64, short and long",
            (0..40).map(|n| login(n, if n % 2 == 0 { short(n) } else { long(n) })).collect(),
            0,
        ),
        ("one IPv4, with ports", (0..40).map(|n| login(n, with_port(n))).collect(), 0),
        (
            "one IPv4, mapped or with a port",
            (0..40)
                .map(|n| login(n, if n % 2 == 0 { "::ffff:203.0.113.7".to_owned() } else { with_port(n) }))
                .collect(),
            0,
        ),
        (
            "a new /64 at the end",
            (0..40).map(|n| login(n, if n < 39 { short(n) } else { "2001:db8:1:3::1".to_owned() })).collect(),
            1,
        ),
        (
            "a new IPv4 at the end",
            (0..40)
                .map(|n| login(n, if n < 39 { "203.0.113.7".to_owned() } else { "203.0.113.8:7".to_owned() }))
                .collect(),
            1,
        ),
        ("a new IPv4 each time", (0..40).map(|n| login(n, format!("203.0.113.{n}"))).collect(), 30),
        ("too few logins before", (0..10).map(|n| login(n, format!("203.0.113.{n}"))).collect::<Vec<_>>(), 0),
    ] {
        let found = World::new(with_log(log)).get("audit-logs?alert=loginFromNewAddress").await.json();
        assert_eq!(found["total"], alerts, "{what}");
    }
}
