//! Entra's wire data.

