//! Names to places: an expression of the tree becomes one that can run on rows, its types
//! checked and its constants computed. Knows the columns in sight and the `let`s.

mod membership;
pub(crate) mod name;
mod special;

use std::cell::RefCell;

use super::{
    aggregate::{self, Aggregate},
    ast::{Arithmetic, Compare, Expr, Node},
    error::QueryError,
    expr::{Bound, Op, result_type},
    functions::{self, Returns},
    operators::Engine,
    relation::{Field, Row, Slot, unresolved},
    value::{Ty, Value},
};

/// What aggregates found in an expression become: a cell each, from `first` on.
pub(crate) struct Collector<'a> {
    pub(crate) first: usize,
    pub(crate) found: RefCell<Vec<Aggregate<'a>>>,
}

/// Binds expressions for one operator.
pub(crate) struct Binder<'b, 'q, 'a> {
    pub(crate) engine: &'b Engine<'q, 'a>,
    pub(crate) fields: &'b [Field],
    /// For messages.
    pub(crate) operator: &'static str,
    pub(crate) collector: Option<&'b Collector<'a>>,
}

type Answer<'a> = Result<Bound<'a>, QueryError>;

impl<'a> Binder<'_, '_, 'a> {
    /// # Errors
    /// `UnknownName` for what is not in sight, `Semantic` for types that do not go together.
    pub(crate) fn bind(&self, expr: &Expr) -> Answer<'a> {
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
        let (ty, op) = match &expr.node {
            Node::Member(of, name) => (
                Ty::Dynamic,
                Op::Member(Box::new(self.dynamic(of)?), name.as_str().into()),
            ),
            Node::Index(of, index) => (
                Ty::Dynamic,
                Op::Index(Box::new(self.dynamic(of)?), self.boxed(index)?),
            ),
            Node::And(parts) => (Ty::Bool, Op::And(self.conditions(parts)?)),
            Node::Or(parts) => (Ty::Bool, Op::Or(self.conditions(parts)?)),
            Node::Negate(of) => {
                let of = self.boxed(of)?;
                (of.ty, Op::Negate(of))
            }
            Node::Arithmetic(op, a, b) => return self.arithmetic(*op, a, b),
            Node::Compare(op, a, b) => return self.compare(*op, a, b),
            Node::Match {
                op,
                negated,
                text,
                with,
            } => (
                Ty::Bool,
                Op::Match {
                    op: *op,
                    negated: *negated,
                    text: self.boxed(text)?,
                    with: self.boxed(with)?,
                },
            ),
            Node::Between {
                negated,
                value,
                from,
                to,
            } => return self.between(*negated, value, (from, to)),
            Node::In {
                negated,
                fold,
                value,
                list,
            } => return self.membership((*negated, *fold), value, list),
            Node::HasList { all, value, list } => (
                Ty::Bool,
                Op::HasList {
                    all: *all,
                    value: self.boxed(value)?,
                    list: self.members(list)?,
                },
            ),
            _ => return Err(QueryError::semantic("This expression is not allowed here.")),
        };
        self.folded(Bound { ty, op })
    }

    fn name(&self, name: &str) -> Answer<'a> {
        if let Some(field) = self.fields.iter().find(|field| &*field.name == name) {
            if self.collector.is_some() {
                return Err(QueryError::semantic(format!(
                    "'summarize' operator: the column '{name}' is used outside of an aggregation function."
                ))
                .with_token(name));
            }
            return Ok(Bound {
                ty: field.ty,
                op: Op::Field(field.slot.clone()),
            });
        }
        self.engine
            .variable(name)
            .ok_or_else(|| unresolved(name, self.operator))
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
            Ty::Dynamic => self.folded(Bound {
                ty: Ty::Bool,
                op: Op::Comparable(Box::new(bound)),
            }),
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
        self.folded(Bound {
            ty,
            op: Op::Arithmetic(op, Box::new(a), Box::new(b)),
        })
    }

    fn compare(&self, op: Compare, a: &Expr, b: &Expr) -> Answer<'a> {
        let (a, b) = (self.bind(a)?, self.bind(b)?);
        let (a, b) = if matches!(op, Compare::Alike | Compare::Unalike) {
            (a, b)
        } else {
            comparable(a, b)?
        };
        self.folded(Bound {
            ty: Ty::Bool,
            op: Op::Compare(op, Box::new(a), Box::new(b)),
        })
    }

    fn between(&self, negated: bool, value: &Expr, (from, to): (&Expr, &Expr)) -> Answer<'a> {
        let (value, from) = comparable(self.bind(value)?, self.bind(from)?)?;
        let to = self.bind(to)?;
        let to = if value.ty == Ty::DateTime && to.ty == Ty::TimeSpan {
            to
        } else {
            comparable(value.clone(), to)?.1
        };
        let op = Op::Between {
            negated,
            value: Box::new(value),
            from: Box::new(from),
            to: Box::new(to),
        };
        self.folded(Bound { ty: Ty::Bool, op })
    }

    fn call(&self, name: &str, arguments: &[Expr]) -> Answer<'a> {
        if let Some(kind) = aggregate::find(name) {
            let Some(collector) = self.collector else {
                return Err(QueryError::semantic(format!(
                    "Function '{name}' cannot be invoked in current context."
                ))
                .with_token(name));
            };
            let inner = Binder {
                collector: None,
                ..*self
            };
            let made = aggregate::bind(&inner, kind, arguments)?;
            let ty = made.ty;
            let mut found = collector.found.borrow_mut();
            found.push(made);
            return Ok(Bound {
                ty,
                op: Op::Field(Slot::Cell(collector.first + found.len() - 1)),
            });
        }
        if let Some(special) = self.special(name, arguments) {
            return special;
        }
        let function = functions::find(name).ok_or_else(|| self.unknown_function(name))?;
        if arguments.len() < function.min || arguments.len() > function.max {
            let expected = if function.min == function.max {
                function.min.to_string()
            } else {
                format!("{} to {}", function.min, function.max)
            };
            return Err(QueryError::semantic(format!(
                "{name}(): function expects {expected} argument(s)."
            ))
            .with_token(name));
        }
        let bound = self.list(arguments)?;
        let ty = match function.returns {
            Returns::Just(ty) => ty,
            Returns::First => bound.first().map_or(Ty::Dynamic, |first| first.ty),
            Returns::Common => bound
                .iter()
                .map(|bound| bound.ty)
                .reduce(Ty::common)
                .unwrap_or(Ty::Dynamic),
        };
        let ty = if name == "bin" || name == "floor" {
            binned(ty, bound.get(1).map_or(ty, |size| size.ty))
        } else {
            ty
        };
        self.folded(Bound {
            ty,
            op: Op::Call(function, bound),
        })
    }

    fn unknown_function(&self, name: &str) -> QueryError {
        const WINDOW: &[&str] = &[
            "row_number",
            "row_rank_dense",
            "row_cumsum",
            "prev",
            "next",
            "row_window_session",
        ];
        if WINDOW.contains(&name) {
            return QueryError::disallowed(format!(
                "The window function '{name}' is not supported."
            ))
            .with_token(name);
        }
        QueryError::unknown_name(format!(
            "'{}' operator: Unknown function: '{name}'.",
            self.operator
        ))
        .with_token(name)
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

/// The type of `bin(value, size)`.
fn binned(value: Ty, size: Ty) -> Ty {
    match (value, size) {
        (Ty::Dynamic, Ty::TimeSpan) => Ty::DateTime,
        (Ty::Dynamic, size) => size,
        (value, size) if value.is_number() && size.is_number() => value.common(size),
        (value, _) => value,
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
        Op::Between {
            value, from, to, ..
        } => constant(value) && constant(from) && constant(to),
        Op::Case(arms, last) => {
            arms.iter()
                .all(|(when, then)| constant(when) && constant(then))
                && constant(last)
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
    Bound {
        ty,
        op: Op::Comparable(Box::new(bound)),
    }
}
