//! The report: what share is right, by pillar, and what was wrong.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};

use super::judge::Faults;

/// A question that was asked, and what was wrong with its answer.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) place: String,
    pub(super) pillar: String,
    pub(super) category: String,
    pub(super) question: String,
    pub(super) calls: Vec<(String, Value)>,
    pub(super) answer: String,
    pub(super) faults: Faults,
    /// Whether its first tool is known.
    pub(super) routed: bool,
}

/// How many of how many are right, by what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) questions: usize,
    /// Questions whose calls are known.
    pub(super) routed: usize,
    pub(super) first: usize,
    pub(super) calls: usize,
    pub(super) facts: usize,
    pub(super) writes: usize,
    pub(super) right: usize,
}

impl Score {
    fn add(&mut self, one: &Asked) {
        let faults = &one.faults;
        let first = faults.first.is_empty();
        self.questions += 1;
        self.routed += usize::from(one.routed);
        self.first += usize::from(one.routed && first);
        self.calls += usize::from(one.routed && first && faults.calls.is_empty());
        self.facts += usize::from(faults.facts.is_empty() && faults.ended.is_empty());
        self.writes += usize::from(!faults.writes.is_empty());
        self.right += usize::from(faults.all().next().is_none());
    }

    fn json(self) -> Value {
        json!({
            "questions": self.questions,
            "rightToolFirst": self.first,
            "rightCalls": self.calls,
            "judgedByTool": self.routed,
            "rightFacts": self.facts,
            "proposedWrites": self.writes,
            "right": self.right,
            "percent": percent(self.right, self.questions),
        })
    }
}

/// Everything that was asked of one model.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// The model that answered.
    pub(super) model: String,
    /// The questions, in the order asked.
    pub(super) asked: Vec<Asked>,
    /// The share that must be right, in percent.
    pub(super) pass_mark: f64,
    /// Dialogues that were not asked, and the tool that each names and that is not here.
    pub(super) passed_over: Vec<(String, String)>,
}

impl Report {
    /// The scores of all.
    pub(super) fn total(&self) -> Score {
        let mut total = Score::default();
        self.asked.iter().for_each(|one| total.add(one));
        total
    }

    /// Whether the share that is right is at the pass mark, and nothing proposed a change.
    pub(super) fn passes(&self) -> bool {
        let total = self.total();
        percent(total.right, total.questions) >= self.pass_mark && total.writes == 0
    }

    fn by(&self, of: impl Fn(&Asked) -> &str) -> BTreeMap<String, Score> {
        let mut scores: BTreeMap<String, Score> = BTreeMap::new();
        for one in &self.asked {
            scores.entry(of(one).to_owned()).or_default().add(one);
        }
        scores
    }

    /// As JSON, for scripts.
    pub(super) fn json(&self) -> Value {
        let scores = |scores: BTreeMap<String, Score>| -> Value {
            scores.into_iter().map(|(name, score)| (name, score.json())).collect()
        };
        let questions: Vec<Value> = self
            .asked
            .iter()
            .map(|one| {
                let calls = one.calls.iter().map(|(tool, arguments)| json!([tool, arguments]));
                json!({
                    "place": one.place,
                    "pillar": one.pillar,
                    "category": one.category,
                    "question": one.question,
                    "calls": calls.collect::<Vec<_>>(),
                    "answer": one.answer,
                    "right": one.faults.all().next().is_none(),
                    "faults": {
                        "firstTool": one.faults.first,
                        "calls": one.faults.calls,
                        "facts": one.faults.facts,
                        "writes": one.faults.writes,
                        "ended": one.faults.ended,
                    },
                })
            })
            .collect();
        json!({
            "model": self.model,
            "passMark": self.pass_mark,
            "passed": self.passes(),
            "total": self.total().json(),
            "pillars": scores(self.by(|one| &one.pillar)),
            "categories": scores(self.by(|one| &one.category)),
            "passedOver": self.passed_over.iter().map(|(place, tool)| json!([place, tool])).collect::<Vec<_>>(),
            "questions": questions,
        })
    }

    fn write_scores(&self, text: &mut String, total: Score) {
        text.push_str("| Pillar | Questions | Right tool first | Right calls | Right facts | Changes proposed | Right |\n");
        text.push_str("|---|---|---|---|---|---|---|\n");
        let rows = self.by(|one| &one.pillar).into_iter().chain([("all".to_owned(), total)]);
        for (name, score) in rows {
            let of = |right: usize, all: usize| {
                format!("{right} of {all} ({:.0} %)", percent(right, all))
            };
            let _ = writeln!(
                text,
                "| {name} | {} | {} | {} | {} | {} | {} |",
                score.questions,
                of(score.first, score.routed),
                of(score.calls, score.routed),
                of(score.facts, score.questions),
                score.writes,
                of(score.right, score.questions)
            );
        }
    }

    /// As Markdown, for people.
    pub(super) fn markdown(&self) -> String {
        let total = self.total();
        let mut text = format!(
            "# Evaluation of {}\n\n{} of {} questions are answered right ({:.1} %, the pass mark is {} %).\n\n",
            self.model,
            total.right,
            total.questions,
            percent(total.right, total.questions),
            self.pass_mark
        );
        self.write_scores(&mut text, total);
        if !self.passed_over.is_empty() {
            let mut tools: Vec<&str> =
                self.passed_over.iter().map(|(_, tool)| tool.as_str()).collect();
            tools.sort_unstable();
            tools.dedup();
            let _ = writeln!(
                text,
                "\n{} dialogues were not asked: they want tools that are not here ({}).",
                self.passed_over.len(),
                tools.join(", ")
            );
        }
        let wrong: Vec<&Asked> =
            self.asked.iter().filter(|one| one.faults.all().next().is_some()).collect();
        if !wrong.is_empty() {
            text.push_str("\n## What was wrong\n\n");
        }
        for one in wrong {
            let _ = writeln!(text, "- **{}** ({})", one.question, one.place);
            for fault in one.faults.all() {
                let _ = writeln!(text, "  - {fault}");
            }
        }
        text
    }
}

/// A share in percent; all of nothing is all.
#[expect(clippy::cast_precision_loss, reason = "there are some hundred questions")]
fn percent(right: usize, all: usize) -> f64 {
    if all == 0 { 100.0 } else { right as f64 * 100.0 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pillar: &str, faults: Faults) -> Asked {
        Asked {
            place: "a.jsonl:1".to_owned(),
            pillar: pillar.to_owned(),
            category: pillar.to_owned(),
            question: "Which?".to_owned(),
            calls: Vec::new(),
            answer: String::new(),
            faults,
            routed: true,
        }
    }

    #[test]
    fn a_report_tells_shares_by_pillar_and_what_was_wrong() {
        let wrong = Faults { first: vec!["a instead of b".to_owned()], ..Faults::default() };
        let mut report = Report {
            model: "planner".to_owned(),
            asked: vec![asked("security", Faults::default()), asked("security", wrong)],
            pass_mark: 50.0,
            passed_over: vec![("a.jsonl:2".to_owned(), "list_lost".to_owned())],
        };
        assert!(report.passes());
        let text = report.markdown();
        assert!(text.contains("| security | 2 | 1 of 2 (50 %) | 1 of 2 (50 %)"), "{text}");
        assert!(text.contains("a instead of b") && text.contains("list_lost"), "{text}");
        assert_eq!(report.json()["pillars"]["security"]["right"], 1);
        let writes =
            Faults { writes: vec!["it proposed a change: x".to_owned()], ..Faults::default() };
        report.asked.push(asked("scope", writes));
        report.pass_mark = 1.0;
        assert!(!report.passes());
    }
}
