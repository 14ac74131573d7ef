//! Checks the form of keys, by SSO-KEY-005 and SSO-KEY-006.

/// Returns whether a key has the shape and the check digits to be looked up.
pub(crate) fn is_looked_up(key: &str) -> bool {
    if !key.starts_with("ssok_") {
        return (22..=256).contains(&key.len()) && key.chars().all(|it| (' '..='~').contains(&it));
    }
    let Some((head, check)) = key.split_at_checked(48) else { return false };
    head[5..].chars().all(|digit| digit.is_ascii_alphanumeric()) && check == base62(crc32(head))
}

/// Computes CRC-32 (ISO-HDLC), bit by bit.
fn crc32(text: &str) -> u32 {
    let shift = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !text.bytes().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(byte), shift))
}

/// Returns six digits, the most significant first.
fn base62(mut number: u32) -> String {
    let mut digits = [0; 6];
    for digit in digits.iter_mut().rev() {
        *digit = number % 62;
        number /= 62;
    }
    let text = digits.map(|digit| match digit {
        0..10 => char::from_digit(digit, 10),
        10..36 => char::from_u32(u32::from('A') + digit - 10),
        _ => char::from_u32(u32::from('a') + digit - 36),
    });
    text.into_iter().flatten().collect()
}
