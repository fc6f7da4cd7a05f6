//! The browser on the other side: its cookies, the parameters it sends, and the headers that protect our pages.

mod cookie;
mod form;
mod incoming;
mod params;

pub use cookie::{Browser, cookie, set_cookie};
pub use form::{Form, Pending, Step};
pub use incoming::{Incoming, Methods};
pub use params::Params;
