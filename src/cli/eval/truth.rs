//! Truths: what the expressions of a question file come to in the estate.

use serde_json::Value;

use super::{
    EvalError,
    estate::Estate,
    question::{Told, Truth},
};

/// What an expression comes to, as an answer tells it.
///
/// # Errors
/// [`EvalError::Truth`] when it reads nothing, or not what it says.
pub(super) async fn of(truth: &Truth, estate: &Estate) -> Result<String, EvalError> {
    let value = value(truth, estate).await?;
    told(&value, truth.told)
        .ok_or_else(|| EvalError::Truth(format!("{value} cannot be told as {:?}", truth.told)))
}

async fn value(truth: &Truth, estate: &Estate) -> Result<Value, EvalError> {
    if let Some(query) = &truth.query {
        let rows = estate.query(query).await?;
        if truth.value.is_some() || truth.sum.is_some() || !truth.filter.is_empty() {
            return of_rows(truth, &rows);
        }
        let first = rows.first().and_then(Value::as_object).and_then(|row| row.values().next());
        return first.cloned().ok_or_else(|| EvalError::Truth(format!("{query}: no row")));
    }
    if let Some(path) = &truth.list {
        let ids = estate.names.keys().map(|id| path.replace("{subscription}", id));
        let paths: Vec<String> = match path.contains("{subscription}") {
            true => ids.collect(),
            false => vec![path.clone()],
        };
        let mut rows = Vec::new();
        for path in paths {
            let (path, version) = path.split_once("api-version=").ok_or_else(|| {
                EvalError::Truth(format!("{path} names no api-version at its end"))
            })?;
            rows.extend(estate.list(path.trim_end_matches(['?', '&']), version).await?);
        }
        return of_rows(truth, &rows);
    }
    let answer = match (&truth.get, &truth.post) {
        (Some(path), _) => estate.read(path).await?,
        (None, Some((path, body))) => estate.post(path, body).await?,
        (None, None) => {
            return Err(EvalError::Truth("give one of query, get, list and post".to_owned()));
        }
    };
    let at = truth.value.as_deref().unwrap_or_default();
    answer.pointer(at).cloned().ok_or_else(|| EvalError::Truth(format!("nothing is at {at}")))
}

fn of_rows(truth: &Truth, rows: &[Value]) -> Result<Value, EvalError> {
    let fits = |row: &&Value| {
        truth.filter.iter().all(|(at, wanted)| {
            row.pointer(at).is_some_and(|value| match (value, wanted) {
                (Value::String(value), Value::String(wanted)) => value.eq_ignore_ascii_case(wanted),
                (value, wanted) => value == wanted,
            })
        })
    };
    let kept: Vec<&Value> = rows.iter().filter(fits).collect();
    if let Some(at) = &truth.sum {
        let numbers = kept.iter().filter_map(|row| row.pointer(at)?.as_f64());
        return Ok(Value::from(numbers.sum::<f64>()));
    }
    match &truth.value {
        Some(at) => {
            let found = kept.iter().find_map(|row| row.pointer(at));
            found.cloned().ok_or_else(|| EvalError::Truth(format!("no row has {at}")))
        }
        None => Ok(Value::from(kept.len())),
    }
}

fn told(value: &Value, how: Told) -> Option<String> {
    match (how, value) {
        (Told::Text, Value::String(text)) => Some(text.clone()),
        (Told::Text, Value::Number(number)) => {
            let figure = number.as_f64()?;
            Some(if figure.fract() == 0.0 { format!("{figure:.0}") } else { number.to_string() })
        }
        (Told::Text, Value::Bool(yes)) => Some(yes.to_string()),
        (Told::Count, Value::Number(number)) => {
            let count = number.as_f64()?;
            Some(if count == 0.0 { "no".to_owned() } else { format!("{count:.0}") })
        }
        (Told::Percent, Value::Number(number)) => Some(percent(number.as_f64()?)),
        _ => None,
    }
}

/// A share as answers tell it.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_filtered_counted_summed_and_told() {
        let rows = [
            json!({"p": {"s": "Failed", "n": 2}}),
            json!({"p": {"s": "failed", "n": 3}}),
            json!({"p": {"s": "Completed", "n": 9}}),
        ];
        let mut truth = Truth::default();
        truth.filter.insert("/p/s".to_owned(), json!("Failed"));
        assert_eq!(of_rows(&truth, &rows).unwrap(), json!(2));
        truth.sum = Some("/p/n".to_owned());
        assert_eq!(told(&of_rows(&truth, &rows).unwrap(), Told::Text).unwrap(), "5");
        truth.sum = None;
        truth.value = Some("/p/x".to_owned());
        assert!(of_rows(&truth, &rows).is_err());
        assert_eq!(told(&json!(0), Told::Count).unwrap(), "no");
        assert_eq!(percent(0.456), "45.6 %");
        assert_eq!(percent(0.5), "50 %");
    }
}
