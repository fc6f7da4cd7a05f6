//! Which room of a listener a path belongs to.

use axum::Router;
use std::fmt;

/// The rooms of one listener.
#[derive(Default)]
pub struct Rooms {
    pub authority: Option<Router>,
    pub gateway: Option<Router>,
    pub sites: Option<Router>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Authority,
    Gateway,
    Sites,
    /// The edge itself answers.
    Edge,
}

impl Rooms {
    /// With several rooms on one listener the gateway and the sites own their documented paths, the authority all the
    /// rest, because Microsoft's libraries want it at the root of its host. A room that is alone owns everything.
    pub fn claim(&self, path: &str) -> Room {
        if path == "/healthz" {
            return Room::Edge;
        }
        match (&self.authority, &self.gateway, &self.sites) {
            (None, Some(_), None) => return Room::Gateway,
            (None, None, Some(_)) => return Room::Sites,
            _ => {}
        }
        let below = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if self.gateway.is_some()
            && (below("/api")
                || path == "/openapi.json"
                || below("/.well-known/oauth-protected-resource"))
        {
            Room::Gateway
        } else if self.sites.is_some() && below("/v1.0") {
            Room::Sites
        } else if self.authority.is_some() && path != "/" {
            Room::Authority
        } else {
            Room::Edge
        }
    }

    pub fn router(&self, room: Room) -> Option<&Router> {
        match room {
            Room::Authority => self.authority.as_ref(),
            Room::Gateway => self.gateway.as_ref(),
            Room::Sites => self.sites.as_ref(),
            Room::Edge => None,
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authority => "authority",
            Self::Gateway => "gateway",
            Self::Sites => "sites",
            Self::Edge => "edge",
        })
    }
}
