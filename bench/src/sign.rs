//! The bare signing rate: what one core can sign when it does nothing else.

use behalf_wire::jose::backend::generate_pkcs8;
use behalf_wire::jose::{JoseError, JwsAlg, KeyKind, SigningKey};
use std::time::{Duration, Instant};

/// Signatures per second of one core over a message of a usual JWT's length.
pub fn rate(alg: JwsAlg, kind: KeyKind, for_s: u64) -> Result<f64, JoseError> {
    let key = SigningKey::from_pkcs8(alg, None, &generate_pkcs8(kind)?)?;
    let message = [b'x'; 700];
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(for_s) {
        for _ in 0..16 {
            std::hint::black_box(key.sign(&message)?);
        }
        count += 16;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}
