//! Properties of the decoder: any bytes come to an end, and splits change nothing.

use std::sync::Arc;

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::model::ModelRequest;

/// All that comes of a body in these parts, with neighbouring texts joined.
fn decode(parts: &[&[u8]]) -> Vec<Decoded> {
    let request = ModelRequest {
        system: "".into(),
        messages: Vec::new(),
        tools: Arc::from([]),
        time_zone: "UTC".to_owned(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut decoder = Decoder::new(1 << 20, Complaint::new(Arc::new(request), None));
    parts.iter().for_each(|part| decoder.push(part));
    decoder.close();
    let mut all: Vec<Decoded> = Vec::new();
    while let Some(next) = decoder.pop() {
        match (all.last_mut(), next) {
            (Some(Ok(ModelEvent::Text(text))), Ok(ModelEvent::Text(more))) => *text += &more,
            (_, next) => all.push(next),
        }
    }
    all
}

fn cut<'a>(body: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
    at.extend([0, body.len()]);
    at.sort_unstable();
    at.windows(2).map(|w| &body[w[0]..w[1]]).collect()
}

/// Bytes of every kind: noise, and what nearly is a stream of events.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let nearly = prop::sample::select(vec![
        "data: ",
        "\n\n",
        "\r\n\r\n",
        "event: error\n",
        ": ping\n\n",
        "{",
        "}",
        "[",
        "]",
        "data: [DONE]\n\n",
        "data: {\"choices\":[",
        "{\"delta\":{",
        "\"content\":\"\\ud83d",
        "\"tool_calls\":[{\"index\":",
        "\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}",
        "\"finish_reason\":\"stop\"}",
        "]}\n\n",
        "\"",
        ",",
        "0",
        "null",
        "\"usage\":{}",
        "\"error\":{\"message\":\"m\"}",
        "é",
        "\u{feff}",
        "data: {\"choices\":[{\"delta\":{}}]}\n\n",
    ]);
    let nearly = nearly.prop_map(|text| text.as_bytes().to_vec());
    let part = prop_oneof![9 => nearly, 1 => prop::collection::vec(any::<u8>(), 0..9)];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

fn valid() -> impl Strategy<Value = Vec<u8>> {
    let text = "\\PC{0,9}".prop_map(|text| serde_json::json!({ "content": text }));
    let call = (0..3_u8, "[a-z]{0,3}", "\\PC{0,9}").prop_map(|(index, name, arguments)| {
        let function = serde_json::json!({"name": name, "arguments": arguments});
        serde_json::json!({"tool_calls": [{"index": index, "function": function}]})
    });
    let line_end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let chunks = prop::collection::vec(prop_oneof![text, call], 0..9);
    (chunks, line_end).prop_map(|(chunks, end)| {
        let event = |delta| format!("data: {{\"choices\":[{{\"delta\":{delta}}}]}}{end}{end}");
        let mut body: String = chunks.iter().map(event).collect();
        body += &format!("data: {{\"choices\":[{{\"finish_reason\":\"stop\"}}]}}{end}{end}");
        body.into_bytes()
    })
}

proptest! {
    #[test]
    fn any_bytes_come_to_exactly_one_end(
        body in hostile(), cuts in prop::collection::vec(any::<Index>(), 0..9),
    ) {
        let all = decode(&cut(&body, &cuts));
        let is_end = |e: &Decoded| matches!(e, Err(_) | Ok(ModelEvent::End { .. }));
        prop_assert_eq!(all.iter().filter(|e| is_end(e)).count(), 1);
        prop_assert!(all.last().is_some_and(is_end));
        prop_assert_eq!(all, decode(&[&body]));
    }

    #[test]
    fn a_valid_body_says_the_same_however_it_is_split(
        body in valid(), cuts in prop::collection::vec(any::<Index>(), 0..9),
    ) {
        let all = decode(&[&body]);
        prop_assert_eq!(decode(&cut(&body, &cuts)), all.clone());
        let bytewise: Vec<&[u8]> = body.chunks(1).collect();
        prop_assert_eq!(decode(&bytewise), all);
    }
}
