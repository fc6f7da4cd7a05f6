//! Recognises RSA keys of the ROCA family (CVE-2017-15361): chips whose primes were powers of 65537 modulo a
//! product of small primes, which makes them factorable. Such a modulus is itself a power of 65537 modulo each
//! of those primes; a sound modulus passes all of these tests only once in about 2^27.

/// The odd primes below 168: a part of the chips' product at every key size.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const GENERATOR: u32 = 65_537;

/// Whether the big-endian modulus bears the mark.
pub(super) fn is_suspect(modulus: &[u8]) -> bool {
    PRIMES
        .iter()
        .all(|prime| is_power_of_generator(remainder(modulus, *prime), *prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime)
}

fn is_power_of_generator(value: u32, prime: u32) -> bool {
    let mut power = 1;
    loop {
        if power == value {
            return true;
        }
        power = power * GENERATOR % prime;
        if power == 1 || power == 0 {
            return false;
        }
    }
}

#[cfg(test)]
mod tests;
