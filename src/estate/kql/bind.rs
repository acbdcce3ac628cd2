//! Names to places: an expression of the tree becomes one that can run on rows, its types
//! checked and its constants computed. Knows the columns in sight and the `let`s.

mod anywhere;
mod call;
mod membership;
pub(crate) mod name;
mod special;

use std::cell::RefCell;

use super::{
    aggregate::Aggregate,
    ast::{Arithmetic, Compare, Expr, Node},
    error::QueryError,
    expr::{Bound, Op, result_type},
    operators::Engine,
    relation::{Field, Row, unresolved},
    value::{Ty, Value},
};

/// What aggregates found in an expression become: a cell each, from `first` on.
pub(crate) struct Collector<'a> {
    pub(crate) first: usize,
    pub(crate) found: RefCell<Vec<Aggregate<'a>>>,
}

/// Binds expressions for one operator.
pub(crate) struct Binder<'b, 'a> {
    pub(crate) engine: &'b Engine<'a>,
    pub(crate) fields: &'b [Field],
    /// For messages.
    pub(crate) operator: &'static str,
    pub(crate) collector: Option<&'b Collector<'a>>,
}

type Answer<'a> = Result<Bound<'a>, QueryError>;

impl<'a> Binder<'_, 'a> {
    /// # Errors
    /// `UnknownName` for what is not in sight, `Semantic` for types that do not go together.
    pub(crate) fn bind(&self, expr: &Expr) -> Answer<'a> {
        self.engine.cx.spend(1)?;
        self.node(expr).map_err(|error| error.at(expr.at))
    }

    fn boxed(&self, expr: &Expr) -> Result<Box<Bound<'a>>, QueryError> {
        self.bind(expr).map(Box::new)
    }

    fn list(&self, exprs: &[Expr]) -> Result<Vec<Bound<'a>>, QueryError> {
        exprs.iter().map(|expr| self.bind(expr)).collect()
    }

    fn node(&self, expr: &Expr) -> Answer<'a> {
        Ok(match &expr.node {
            Node::Null(ty) => Bound::constant(*ty, ty.absent()),
            Node::Bool(value) => Bound::constant(Ty::Bool, Value::Bool(*value)),
            Node::Long(number) => Bound::constant(Ty::Long, Value::Long(*number)),
            Node::Real(number) => Bound::constant(Ty::Real, Value::Real(*number)),
            Node::Text(text) => Bound::constant(Ty::Text, Value::text(text.as_str())),
            Node::DateTime(ticks) => Bound::constant(Ty::DateTime, Value::DateTime(*ticks)),
            Node::Span(ticks) => Bound::constant(Ty::TimeSpan, Value::TimeSpan(*ticks)),
            Node::Guid(id) => Bound::constant(Ty::Guid, Value::Guid(*id)),
            Node::Dynamic(json) => Bound::constant(Ty::Dynamic, Value::owned(json.clone())),
            Node::Name(name) => self.name(name)?,
            Node::Star => {
                return Err(QueryError::semantic("'*' is not allowed here.").with_token("*"));
            }
            Node::Named(_, of) | Node::Tuple(_, of) => self.bind(of)?,
            Node::Query(pipeline) => self.engine.scalar(pipeline)?,
            Node::Call(name, arguments) => self.call(name, arguments)?,
            _ => self.operation(expr)?,
        })
    }

    fn operation(&self, expr: &Expr) -> Answer<'a> {
        if let Some(answer) = self.anywhere(expr) {
            return answer;
        }
        let (ty, op) = match &expr.node {
            Node::Member(of, name) => {
                (Ty::Dynamic, Op::Member(Box::new(self.dynamic(of)?), name.as_str().into()))
            }
            Node::Index(of, index) => {
                (Ty::Dynamic, Op::Index(Box::new(self.dynamic(of)?), self.boxed(index)?))
            }
            Node::And(parts) => (Ty::Bool, Op::And(self.conditions(parts)?)),
            Node::Or(parts) => (Ty::Bool, Op::Or(self.conditions(parts)?)),
            Node::Negate(of) => {
                let of = self.boxed(of)?;
                (of.ty, Op::Negate(of))
            }
            Node::Arithmetic(op, a, b) => return self.arithmetic(*op, a, b),
            Node::Compare(op, a, b) => return self.compare(*op, a, b),
            _ => return self.test(expr),
        };
        self.folded(Bound { ty, op })
    }

    /// Operators that answer true or false by looking into their operand.
    fn test(&self, expr: &Expr) -> Answer<'a> {
        let op = match &expr.node {
            Node::Match { op, negated, text, with } => {
                let (text, with) = (self.boxed(text)?, self.boxed(with)?);
                Op::Match { op: *op, negated: *negated, text, with }
            }
            Node::Between { negated, value, from, to } => {
                return self.between(*negated, value, (from, to));
            }
            Node::In { negated, fold, value, list } => {
                return self.membership((*negated, *fold), value, list);
            }
            Node::HasList { all, value, list } => {
                let (value, list) = (self.boxed(value)?, self.members(list)?);
                Op::HasList { all: *all, value, list }
            }
            _ => return Err(QueryError::semantic("This expression is not allowed here.")),
        };
        self.folded(Bound { ty: Ty::Bool, op })
    }

    fn name(&self, name: &str) -> Answer<'a> {
        if let Some(field) = self.fields.iter().find(|field| &*field.name == name) {
            if self.collector.is_some() {
                return Err(QueryError::semantic(format!(
                    "'summarize' operator: the column '{name}' is used outside of an aggregation function."
                ))
                .with_token(name));
            }
            return Ok(Bound { ty: field.ty, op: Op::Field(field.slot.clone()) });
        }
        self.engine.variable(name).ok_or_else(|| unresolved(name, self.operator))
    }

    fn dynamic(&self, of: &Expr) -> Answer<'a> {
        let bound = self.bind(of)?;
        if bound.ty == Ty::Dynamic {
            return Ok(bound);
        }
        let message = format!(
            "A path or index needs a value of type dynamic; this one is of type {}.",
            bound.ty.name()
        );
        Err(QueryError::semantic(message))
    }

    fn conditions(&self, parts: &[Expr]) -> Result<Vec<Bound<'a>>, QueryError> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    /// An expression that must be true or false.
    pub(crate) fn condition(&self, expr: &Expr) -> Answer<'a> {
        let bound = self.bind(expr)?;
        match bound.ty {
            Ty::Bool => Ok(bound),
            Ty::Dynamic => self.folded(Bound { ty: Ty::Bool, op: Op::Comparable(Box::new(bound)) }),
            other => {
                let message = format!(
                    "'{}': a condition must be of type bool, not {}.",
                    self.operator,
                    other.name()
                );
                Err(QueryError::semantic(message).at(expr.at))
            }
        }
    }

    fn arithmetic(&self, op: Arithmetic, a: &Expr, b: &Expr) -> Answer<'a> {
        let (a, b) = (self.bind(a)?, self.bind(b)?);
        let ty = result_type(op, a.ty, b.ty).ok_or_else(|| {
            QueryError::semantic(format!(
                "Arithmetic expression cannot be carried out between {} and {}.",
                a.ty.name(),
                b.ty.name()
            ))
        })?;
        self.folded(Bound { ty, op: Op::Arithmetic(op, Box::new(a), Box::new(b)) })
    }

    fn compare(&self, op: Compare, a: &Expr, b: &Expr) -> Answer<'a> {
        let (a, b) = (self.bind(a)?, self.bind(b)?);
        let (a, b) = if matches!(op, Compare::Alike | Compare::Unalike) {
            (a, b)
        } else {
            comparable(a, b)?
        };
        self.folded(Bound { ty: Ty::Bool, op: Op::Compare(op, Box::new(a), Box::new(b)) })
    }

    fn between(&self, negated: bool, value: &Expr, (from, to): (&Expr, &Expr)) -> Answer<'a> {
        let (value, from) = comparable(self.bind(value)?, self.bind(from)?)?;
        let to = self.bind(to)?;
        let to = if value.ty == Ty::DateTime && to.ty == Ty::TimeSpan {
            to
        } else {
            comparable(value.clone(), to)?.1
        };
        let op =
            Op::Between { negated, value: Box::new(value), from: Box::new(from), to: Box::new(to) };
        self.folded(Bound { ty: Ty::Bool, op })
    }

    /// Computes what does not depend on a row.
    pub(crate) fn folded(&self, bound: Bound<'a>) -> Answer<'a> {
        if matches!(bound.op, Op::Const(_)) || !is_constant(&bound.op) {
            return Ok(bound);
        }
        let value = bound.eval(&Row::of_cells(Vec::new()), &self.engine.cx)?;
        Ok(Bound::constant(bound.ty, value))
    }
}

fn is_constant(op: &Op<'_>) -> bool {
    let constant = |bound: &Bound<'_>| bound.as_const().is_some();
    match op {
        Op::Const(_) => true,
        Op::Field(_) => false,
        Op::Member(of, _) | Op::Negate(of) | Op::Comparable(of) => constant(of),
        Op::Index(a, b) | Op::Arithmetic(_, a, b) | Op::Compare(_, a, b) => {
            constant(a) && constant(b)
        }
        Op::Match { text, with, .. } => constant(text) && constant(with),
        Op::And(list) | Op::Or(list) | Op::Coalesce(list) | Op::Call(_, list) => {
            list.iter().all(constant)
        }
        Op::InSet { value, .. } => constant(value),
        Op::InList { value, list, .. } | Op::HasList { value, list, .. } => {
            constant(value) && list.iter().all(constant)
        }
        Op::Between { value, from, to, .. } => constant(value) && constant(from) && constant(to),
        Op::Case(arms, last) => {
            arms.iter().all(|(when, then)| constant(when) && constant(then)) && constant(last)
        }
    }
}

/// Brings two sides of a comparison to one type.
pub(crate) fn comparable<'a>(
    a: Bound<'a>,
    b: Bound<'a>,
) -> Result<(Bound<'a>, Bound<'a>), QueryError> {
    let (left, right) = (a.ty, b.ty);
    let instant = |ty: Ty| matches!(ty, Ty::DateTime | Ty::TimeSpan | Ty::Guid | Ty::Bool);
    if left == right || (left.is_number() && right.is_number()) {
        return Ok((a, b));
    }
    if left == Ty::Dynamic || (left == Ty::Text && instant(right)) {
        return Ok((seen_as(a, right), b));
    }
    if right == Ty::Dynamic || (right == Ty::Text && instant(left)) {
        return Ok((a, seen_as(b, left)));
    }
    if (left == Ty::Bool && right.is_number()) || (left.is_number() && right == Ty::Bool) {
        return Ok((a, b));
    }
    Err(QueryError::semantic(format!(
        "Cannot compare values of types {} and {}. Try adding explicit casts.",
        left.name(),
        right.name()
    )))
}

fn seen_as(bound: Bound<'_>, ty: Ty) -> Bound<'_> {
    Bound { ty, op: Op::Comparable(Box::new(bound)) }
}
