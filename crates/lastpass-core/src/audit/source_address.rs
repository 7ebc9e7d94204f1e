//! IP addresses as LastPass logs them: with a port, in IPv4-mapped or in long form. Knows no event.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The address from which an event came, in canonical form: an IPv4-mapped IPv6 address is an IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceAddress {
    /// The IP address, without a zone.
    pub ip: IpAddr,
    /// The port of the client, if it is logged.
    pub port: Option<u16>,
}

impl SourceAddress {
    /// Parses an address, ignoring surrounding white space. Returns `None` if the text is not an IP address.
    ///
    /// Accepts `203.0.113.7`, `203.0.113.7:51234`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`, an IPv6 address
    /// that ends in a port after all eight groups or after an IPv4 part, and a zone (`fe80::1%eth0`), which is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest.split_once(']')?;
                let port = if rest.is_empty() { None } else { Some(port(rest.strip_prefix(':')?)?) };
                (IpAddr::V6(ipv6(address)?), port)
            }
            None => match text.parse().ok().or_else(|| ipv6(text).map(IpAddr::V6)) {
                Some(address) => (address, None),
                None => with_port(text)?,
            },
        };
        Some(Self { ip: address.to_canonical(), port })
    }

    /// The network that counts as one place: of IPv4 the address itself, of IPv6 its /64, in which one client has many
    /// addresses.
    pub(crate) fn network(self) -> SourceNetwork {
        match self.ip {
            IpAddr::V4(address) => SourceNetwork::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                SourceNetwork::V6([a, b, c, d])
            }
        }
    }
}

/// The network of a client, by which places are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SourceNetwork {
    V4(Ipv4Addr),
    /// The first 64 bits.
    V6([u16; 4]),
}

fn with_port(text: &str) -> Option<(IpAddr, Option<u16>)> {
    let socket = text.parse::<SocketAddr>().ok().map(|socket| (socket.ip(), Some(socket.port())));
    socket.or_else(|| {
        let (address, digits) = text.rsplit_once(':')?;
        // Three colons are a typing error rather than an address that ends in `::`, and its port.
        Some((IpAddr::V6(ipv6(address)?), Some(port(digits)?))).filter(|_| !address.ends_with("::"))
    })
}

fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    address.parse().ok().filter(|_| zone != Some(""))
}

fn port(digits: &str) -> Option<u16> {
    digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::SourceAddress;

    #[test]
    fn every_form_of_an_address_is_parsed() {
        let check = |text: &str, expected: Option<(&str, Option<u16>)>| {
            let expected = expected
                .map(|(ip, port)| SourceAddress { ip: ip.parse().expect("the table contains addresses"), port });
            assert_eq!(SourceAddress::parse(text), expected, "{text}");
        };
        const V4: &str = "203.0.113.7";
        const V6: &str = "2001:db8::1";
        for (text, port) in [
            ("203.0.113.7", None),
            (" 203.0.113.7 ", None),
            ("203.0.113.7:51234", Some(51_234)),
            ("::ffff:203.0.113.7", None),
            ("::FFFF:CB00:7107", None),
            ("0000:0000:0000:0000:0000:ffff:cb00:7107", None),
            ("[::ffff:203.0.113.7]:443", Some(443)),
            ("::ffff:203.0.113.7:51234", Some(51_234)),
        ] {
            check(text, Some((V4, port)));
        }
        for (text, port) in [
            ("2001:db8::1", None),
            ("2001:DB8:0:0:0:0:0:1", None),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", None),
            ("[2001:db8::1]", None),
            ("[2001:db8::1]:443", Some(443)),
            ("2001:db8:0:0:0:0:0:1:443", Some(443)),
        ] {
            check(text, Some((V6, port)));
        }
        check("fe80::1%eth0", Some(("fe80::1", None)));
        check("[fe80::1%eth0]:22", Some(("fe80::1", Some(22))));
        for text in [
            "",
            "unknown",
            "203.0.113",
            "203.0.113.7:",
            "203.0.113.7:65536",
            "203.0.113.7:+80",
            "203.0.113.7, 10.0.0.1",
            "[203.0.113.7]:80",
            "[2001:db8::1",
            "[2001:db8::1]443",
            "[2001:db8::1]:",
            "fe80::1%",
            "2001:db8::g",
            "2001:db8:::1",
            "2001:db8::1::443",
            ":::1",
            ":::",
            "1:::443",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn one_network_is_an_ipv4_address_or_an_ipv6_64() {
        let network = |text: &str| SourceAddress::parse(text).expect("the table contains addresses").network();
        assert_eq!(network("203.0.113.7:1"), network("::ffff:203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("2001:db8:1:2::1"), network("[2001:db8:1:2:ffff:ffff:ffff:ffff]:443"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
