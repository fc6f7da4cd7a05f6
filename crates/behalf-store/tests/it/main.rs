//! What only a second process can show: being killed, and sharing the file.

#[cfg(test)]
mod child;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod shared;
