//! How deep an expression is, so that nothing that walks it can exhaust the stack.

use crate::estate::kql::{
    ast::{Expr, Node},
    error::QueryError,
};

/// The deepest expression read.
const MAX: u16 = 80;
/// What running a subquery inside an expression adds.
const SUBQUERY: u16 = 4;

impl super::Parser<'_> {
    pub(super) fn node(&mut self, at: usize, node: Node) -> Result<Expr, QueryError> {
        let height = 1 + below(&node);
        self.checked(at, node, height)
    }

    /// A subquery is as high as what is in it.
    pub(super) fn query_node(&mut self, at: usize) -> Result<Expr, QueryError> {
        let outer = std::mem::take(&mut self.tallest);
        let pipeline = self.pipeline()?;
        let height = self.tallest + SUBQUERY;
        self.tallest = self.tallest.max(outer);
        self.checked(at, Node::Query(Box::new(pipeline)), height)
    }

    fn checked(&mut self, at: usize, node: Node, height: u16) -> Result<Expr, QueryError> {
        self.tallest = self.tallest.max(height);
        if height > MAX {
            return Err(QueryError::too_large(format!(
                "An expression is more than {MAX} operations deep."
            ))
            .with_token(self.found())
            .at(at));
        }
        Ok(Expr { at, height, node })
    }
}

fn below(node: &Node) -> u16 {
    match node {
        Node::Null(_)
        | Node::Bool(_)
        | Node::Long(_)
        | Node::Real(_)
        | Node::Text(_)
        | Node::DateTime(_) => 0,
        Node::Span(_)
        | Node::Guid(_)
        | Node::Dynamic(_)
        | Node::Name(_)
        | Node::Star
        | Node::Query(_) => 0,
        Node::Member(of, _) | Node::Named(_, of) | Node::Tuple(_, of) | Node::Negate(of) => {
            of.height
        }
        Node::Index(a, b) | Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) => {
            a.height.max(b.height)
        }
        Node::Match { text, with, .. } => text.height.max(with.height),
        Node::Call(_, list) | Node::And(list) | Node::Or(list) => highest(list),
        Node::In { value, list, .. } | Node::HasList { value, list, .. } => {
            value.height.max(highest(list))
        }
        Node::Between { value, from, to, .. } => value.height.max(from.height).max(to.height),
    }
}

fn highest(list: &[Expr]) -> u16 {
    list.iter().map(|expr| expr.height).max().unwrap_or(0)
}
