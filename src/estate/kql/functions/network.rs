//! IPv4 addresses and ranges.

use std::net::Ipv4Addr;

use super::{Answer, Function, arg, function, null_or, text};
use crate::estate::kql::{
    expr::Context,
    value::{Ty, Value},
};

pub(super) const ALL: &[Function] = &[
    function("parse_ipv4", 1, 1, Ty::Long, |_, a| {
        Ok(null_or(range_of(&text(a, 0)), |range| Value::Long(i64::from(range.first))))
    }),
    function("ipv4_is_private", 1, 1, Ty::Bool, is_private),
    function("ipv4_is_in_range", 2, 2, Ty::Bool, is_in_range),
    function("ipv4_is_in_any_range", 2, 64, Ty::Bool, is_in_any_range),
    function("ipv4_is_match", 2, 3, Ty::Bool, is_match),
    function("ipv4_netmask_suffix", 1, 1, Ty::Long, |_, a| {
        Ok(null_or(range_of(&text(a, 0)), |range| Value::Long(i64::from(range.bits))))
    }),
];

struct Range {
    first: u32,
    bits: u32,
}

impl Range {
    fn contains(&self, other: &Self) -> bool {
        other.bits >= self.bits && masked(other.first, self.bits) == self.first
    }
}

fn masked(address: u32, bits: u32) -> u32 {
    if bits == 0 { 0 } else { address & (u32::MAX << (32 - bits.min(32))) }
}

fn range_of(text: &str) -> Option<Range> {
    let (address, bits) = text.trim().split_once('/').map_or((text.trim(), "32"), |pair| pair);
    let bits = bits.parse::<u32>().ok().filter(|bits| *bits <= 32)?;
    let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
    Some(Range { first: masked(address, bits), bits })
}

fn is_private<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let range = range_of(&text(arguments, 0));
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    Ok(null_or(range, |range| {
        Value::Bool(
            private.iter().filter_map(|known| range_of(known)).any(|known| known.contains(&range)),
        )
    }))
}

fn is_in_range<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let both = range_of(&text(arguments, 0)).zip(range_of(&text(arguments, 1)));
    Ok(null_or(both, |(address, range)| Value::Bool(range.contains(&address))))
}

fn is_in_any_range<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(address) = range_of(&text(arguments, 0)) else {
        return Ok(Value::Null);
    };
    let mut found = false;
    for at in 1..arguments.len() {
        match arg(arguments, at).array() {
            Some(list) => {
                cx.spend(list.len())?;
                let ranges = list.iter().filter_map(|json| range_of(json.as_str()?));
                found |= ranges.into_iter().any(|range| range.contains(&address));
            }
            None => {
                found |=
                    range_of(&text(arguments, at)).is_some_and(|range| range.contains(&address));
            }
        }
    }
    Ok(Value::Bool(found))
}

fn is_match<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let both = range_of(&text(arguments, 0)).zip(range_of(&text(arguments, 1)));
    Ok(null_or(both, |(a, b)| {
        let bits = a.bits.min(b.bits);
        Value::Bool(masked(a.first, bits) == masked(b.first, bits))
    }))
}
