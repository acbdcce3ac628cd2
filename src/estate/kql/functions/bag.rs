//! Property bags.

use serde_json::{Map, Value as Json};

use super::{ANY, Answer, Function, arg, function, text};
use crate::estate::kql::{
    expr::Context,
    value::{Ty, Value, convert},
};

pub(super) const ALL: &[Function] = &[
    function("bag_keys", 1, 1, Ty::Dynamic, bag_keys),
    function("bag_has_key", 2, 2, Ty::Bool, bag_has_key),
    function("bag_merge", 1, ANY, Ty::Dynamic, bag_merge),
    function("bag_remove_keys", 2, 2, Ty::Dynamic, bag_remove_keys),
    function("bag_set_key", 3, 3, Ty::Dynamic, bag_set_key),
    function("bag_pack", 2, ANY, Ty::Dynamic, bag_pack),
    function("pack", 2, ANY, Ty::Dynamic, bag_pack),
    function("pack_dictionary", 2, ANY, Ty::Dynamic, bag_pack),
];

fn bag_keys<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let keys = arg(arguments, 0)
        .object()
        .map(|bag| bag.keys().map(|key| Json::from(key.as_str())).collect());
    Ok(keys.map_or(Value::Null, Value::owned))
}

fn bag_has_key<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(arg(arguments, 0)
        .object()
        .map_or(Value::Null, |bag| Value::Bool(bag.contains_key(&*text(arguments, 1)))))
}

fn bag_merge<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let mut merged = Map::new();
    for (key, value) in arguments.iter().filter_map(Value::object).flatten() {
        cx.spend(1)?;
        merged.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Ok(Value::owned(Json::Object(merged)))
}

fn bag_remove_keys<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(bag) = arg(arguments, 0).object() else {
        return Ok(Value::Null);
    };
    let unwanted = arg(arguments, 1).array().map_or(&[][..], Vec::as_slice);
    let mut bag = bag.clone();
    for key in unwanted.iter().filter_map(Json::as_str) {
        bag.remove(key);
    }
    Ok(Value::owned(Json::Object(bag)))
}

fn bag_set_key<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(bag) = arg(arguments, 0).object() else {
        return Ok(Value::Null);
    };
    let mut bag = bag.clone();
    bag.insert(text(arguments, 1).to_string(), arg(arguments, 2).to_json());
    Ok(Value::owned(Json::Object(bag)))
}

fn bag_pack<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let mut bag = Map::new();
    for pair in arguments.chunks_exact(2) {
        bag.insert(convert::text(arg(pair, 0)).to_string(), arg(pair, 1).to_json());
    }
    Ok(Value::owned(Json::Object(bag)))
}
