//! `* contains 'x'`: an operator whose left side stands for every column.

use super::{Answer, Binder};
use crate::estate::kql::{
    ast::{Compare, Expr, Node},
    error::{ErrorKind, QueryError},
    expr::{Bound, Op},
    value::Ty,
};

impl<'a> Binder<'_, 'a> {
    /// `None` if the left side is not `*`. Columns of a type that cannot be compared with the
    /// right side are left out.
    pub(super) fn anywhere(&self, expr: &Expr) -> Option<Answer<'a>> {
        let negated = negated_star(&expr.node)?;
        // Each level would multiply the work by the number of columns.
        if self.engine.anywhere.replace(true) {
            let message = "'*' cannot stand inside of another comparison with '*'.";
            return Some(Err(QueryError::semantic(message).with_token("*")));
        }
        let answer = self.any_of(expr, negated);
        self.engine.anywhere.set(false);
        Some(answer)
    }

    fn any_of(&self, expr: &Expr, negated: bool) -> Answer<'a> {
        let mut tests = Vec::new();
        for field in self.fields {
            let mut node = expr.node.clone();
            if let Some(left) = left_mut(&mut node) {
                left.node = Node::Name(field.name.to_string());
            }
            match self.bind(&Expr { node, ..*expr }) {
                Ok(test) => tests.push(test),
                Err(error) if error.kind == ErrorKind::Semantic => {}
                Err(error) => return Err(error),
            }
        }
        if tests.is_empty() {
            let message = "No column can be compared with the right side of '*'.";
            return Err(QueryError::semantic(message).with_token("*"));
        }
        let op = if negated { Op::And(tests) } else { Op::Or(tests) };
        Ok(Bound { ty: Ty::Bool, op })
    }
}

/// Whether the operator is a negation, if its left side is `*`.
fn negated_star(node: &Node) -> Option<bool> {
    let (left, negated) = match node {
        Node::Match { text, negated, .. } => (text, *negated),
        Node::In { value, negated, .. } | Node::Between { value, negated, .. } => (value, *negated),
        Node::HasList { value, .. } => (value, false),
        Node::Compare(op, left, _) => (left, matches!(op, Compare::NotEqual | Compare::Unalike)),
        _ => return None,
    };
    (left.node == Node::Star).then_some(negated)
}

fn left_mut(node: &mut Node) -> Option<&mut Expr> {
    match node {
        Node::Match { text: left, .. }
        | Node::In { value: left, .. }
        | Node::Between { value: left, .. }
        | Node::HasList { value: left, .. }
        | Node::Compare(_, left, _) => Some(left),
        _ => None,
    }
}
