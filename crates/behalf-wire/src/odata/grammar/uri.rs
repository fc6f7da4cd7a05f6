//! Absolute URLs and the service root (ABNF section 1; RFC 3986 appendix A).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::super::resource::Resource;
use super::characters::{FRAGMENT, PCHAR, REG_NAME, USERINFO, sub_delims, unreserved};
use super::cursor::Parser;

impl Parser<'_> {
    /// `odataUri`. Where the service root ends is not written; every place between two segments can be it, the last one
    /// first.
    pub(super) fn odata_uri(&mut self) -> Option<Option<Resource>> {
        self.attempt(|parser| {
            let ends = parser.service_root_ends()?;
            ends.into_iter().rev().find_map(|end| {
                parser.go_back(end);
                let relative = parser.relative_uri();
                parser.at_end().then_some(relative)
            })
        })
    }

    /// `serviceRoot`, the longest.
    pub(super) fn service_root(&mut self) -> Option<()> {
        self.attempt(|parser| parser.service_root_ends().map(drop))
    }

    fn service_root_ends(&mut self) -> Option<Vec<usize>> {
        self.token("https").or_else(|| self.token("http"))?;
        self.exact("://")?;
        self.host()?;
        self.port_part();
        self.byte(b'/')?;
        let mut ends = vec![self.here()];
        while let Some(end) = self.attempt(|parser| {
            parser.some(&PCHAR)?;
            parser.byte(b'/')?;
            Some(parser.here())
        }) {
            ends.push(end);
        }
        Some(ends)
    }

    fn port_part(&mut self) {
        if self.byte(b':').is_some() {
            let _ = self.digits(0, usize::MAX);
        }
    }

    /// `host`: a literal address in square brackets, or a name, which an IPv4 address is one of.
    pub(super) fn host(&mut self) -> Option<()> {
        match self.peek() {
            Some(b'[') => self.ip_literal(),
            _ => {
                self.any(&REG_NAME);
                Some(())
            }
        }
    }

    pub(super) fn ip_literal(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.byte(b'[')?;
            parser.ip_v_future().or_else(|| parser.ip_v6_address())?;
            parser.byte(b']')
        })
    }

    pub(super) fn ip_v_future(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.token("v")?;
            parser.run(1, usize::MAX, |byte| byte.is_ascii_hexdigit())?;
            parser.byte(b'.')?;
            parser.run(1, usize::MAX, |byte| {
                unreserved(byte) || sub_delims(byte) || byte == b':'
            })?;
            Some(())
        })
    }

    pub(super) fn ip_v6_address(&mut self) -> Option<()> {
        self.attempt(|parser| {
            let text = parser.run(2, 45, |byte| {
                byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
            })?;
            text.parse::<Ipv6Addr>().ok().map(drop)
        })
    }

    pub(super) fn ip_v4_address(&mut self) -> Option<()> {
        self.attempt(|parser| {
            let text = parser.run(7, 15, |byte| byte.is_ascii_digit() || byte == b'.')?;
            text.parse::<Ipv4Addr>().ok().map(drop)
        })
    }

    /// `URI`
    pub(super) fn uri(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.scheme()?;
            parser.byte(b':')?;
            parser.hier_part()?;
            for mark in [b'?', b'#'] {
                if parser.byte(mark).is_some() {
                    parser.any(&FRAGMENT);
                }
            }
            Some(())
        })
    }

    pub(super) fn scheme(&mut self) -> Option<()> {
        self.byte_where(|byte| byte.is_ascii_alphabetic())?;
        self.run(0, usize::MAX, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
        })?;
        Some(())
    }

    /// A path that is not empty, with an authority or without.
    pub(super) fn hier_part(&mut self) -> Option<()> {
        if self.exact("//").is_some() {
            self.authority()?;
            while self.byte(b'/').is_some() {
                self.any(&PCHAR);
            }
            return Some(());
        }
        let rooted = self.byte(b'/').is_some();
        if self.some(&PCHAR).is_none() {
            return rooted.then_some(());
        }
        while self.byte(b'/').is_some() {
            self.any(&PCHAR);
        }
        Some(())
    }

    pub(super) fn authority(&mut self) -> Option<()> {
        let _ = self.attempt(|parser| {
            parser.any(&USERINFO);
            parser.byte(b'@')
        });
        self.host()?;
        self.port_part();
        Some(())
    }
}
