//! The room from outside.

#[cfg(test)]
mod declarations;
