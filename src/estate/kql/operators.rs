//! Pipelines at work: sources, and each operator's turn at the rows. One room a family.

mod columns;
mod count;
mod expand;
mod filter;
mod join;
mod parse;
mod sort;
mod source;
mod summarize;
mod union;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use super::{
    Column, Limits, Output, Table, Tables,
    ast::{Definition, Expr, Located, Operator, Pipeline, Program, Source},
    bind::Binder,
    error::QueryError,
    expr::{Bound, Context},
    relation::Relation,
    sought,
    value::{Ty, Value, time},
};

/// The tables a query names, held for as long as it runs.
pub(crate) struct Snapshot {
    tables: HashMap<String, Table>,
}

impl Snapshot {
    pub(crate) fn of(
        (query, program): (&str, &Program),
        tables: &dyn Tables,
        now: jiff::Timestamp,
        limits: Limits,
    ) -> Self {
        let nothing = Self { tables: HashMap::new() };
        let constants = Engine::over(&nothing, now, limits);
        constants.define_scalars(program);
        let instant = |expr: &Expr| constants.instant(expr);
        let tables = sought::by_table((query, program), &instant)
            .into_iter()
            .filter_map(|(name, sought)| tables.table(&name, &sought).map(|table| (name, table)));
        Self { tables: tables.collect() }
    }
}

/// A name defined by `let` or `as`.
#[derive(Clone)]
enum Variable<'a> {
    Scalar(Bound<'a>),
    Tabular(Rc<Relation<'a>>),
}

/// A query being run over tables that live for `'a`.
pub(crate) struct Engine<'a> {
    pub(crate) cx: Context,
    /// Whether a comparison with `*` is being bound.
    pub(crate) anywhere: Cell<bool>,
    snapshot: &'a Snapshot,
    variables: RefCell<HashMap<String, Variable<'a>>>,
}

/// # Errors
/// Whatever the program's operators answer.
pub(crate) fn run(
    program: &Program,
    snapshot: &Snapshot,
    now: jiff::Timestamp,
    limits: Limits,
) -> Result<Output, QueryError> {
    let engine = Engine::over(snapshot, now, limits);
    for definition in &program.lets {
        engine.define(&definition.name, &definition.value)?;
    }
    let answer = engine.pipeline(&program.body, None)?;
    let page = answer.rows.iter().skip(limits.skip).take(limits.take);
    let columns = answer.fields.iter().map(|field| Column::new(&*field.name, field.ty.kind()));
    Ok(Output {
        rows: page.map(|row| answer.values(row).iter().map(Value::to_json).collect()).collect(),
        columns: columns.collect(),
        types: answer.fields.iter().map(|field| field.ty.name()).collect(),
        render: program.body.operators.last().and_then(|last| match &last.node {
            Operator::Render(kind) => Some(kind.clone()),
            _ => None,
        }),
        total: answer.rows.len(),
        ends_in_limit: ends_in_limit(&program.body),
        has_id: answer.find("id").is_some(),
    })
}

fn ends_in_limit(pipeline: &Pipeline) -> bool {
    match (pipeline.operators.last(), &pipeline.source) {
        (Some(last), _) => {
            matches!(
                last.node,
                Operator::Take(_) | Operator::Top { .. } | Operator::SampleDistinct { .. }
            )
        }
        (None, Source::Nested(inner)) => ends_in_limit(inner),
        (None, _) => false,
    }
}

impl<'a> Engine<'a> {
    fn over(snapshot: &'a Snapshot, now: jiff::Timestamp, limits: Limits) -> Self {
        let cx = Context::new(time::of_timestamp(now), limits);
        Self { cx, anywhere: Cell::new(false), snapshot, variables: RefCell::default() }
    }

    /// Defines the scalars that need no table.
    fn define_scalars(&self, program: &Program) {
        for definition in &program.lets {
            if let Definition::Scalar(_) = definition.value {
                // One that needs a table is not known yet, and nothing is read from it.
                let _ = self.define(&definition.name, &definition.value);
            }
        }
    }

    /// The instant that an expression always is.
    fn instant(&self, expr: &Expr) -> Option<i64> {
        match self.binder(&[], "where").bind(expr).ok()?.as_const()? {
            Value::DateTime(ticks) => Some(*ticks),
            _ => None,
        }
    }

    /// Relations are computed where they are defined: a chain of them is as deep as one.
    fn define(&self, name: &str, value: &Definition) -> Result<(), QueryError> {
        let variable = match value {
            Definition::Scalar(expr) => Variable::Scalar(self.binder(&[], "let").bind(expr)?),
            Definition::Tabular(pipeline) => match self.alias(pipeline) {
                Some(same) => same,
                None => Variable::Tabular(Rc::new(self.pipeline(pipeline, None)?)),
            },
        };
        self.variables.borrow_mut().insert(name.to_owned(), variable);
        Ok(())
    }

    /// `let a = b` where `b` is a variable.
    fn alias(&self, pipeline: &Pipeline) -> Option<Variable<'a>> {
        match &pipeline.source {
            Source::Table { name, .. } if pipeline.operators.is_empty() => {
                self.variables.borrow().get(name).cloned()
            }
            _ => None,
        }
    }

    pub(crate) fn binder<'b>(
        &'b self,
        fields: &'b [super::relation::Field],
        operator: &'static str,
    ) -> Binder<'b, 'a> {
        Binder { engine: self, fields, operator, collector: None }
    }

    /// The scalar of that name, defined by `let`.
    pub(crate) fn variable(&self, name: &str) -> Option<Bound<'a>> {
        match self.variables.borrow().get(name) {
            Some(Variable::Scalar(bound)) => Some(bound.clone()),
            _ => None,
        }
    }

    /// The relation of that name, defined by `let` or `as`.
    fn tabular(&self, name: &str) -> Option<Result<Relation<'a>, QueryError>> {
        let variable = self.variables.borrow().get(name).cloned();
        match variable? {
            Variable::Scalar(_) => None,
            Variable::Tabular(relation) => Some(self.copied(&relation)),
        }
    }

    fn copied(&self, relation: &Relation<'a>) -> Result<Relation<'a>, QueryError> {
        self.cx.allocate(relation.rows.len() * (relation.width + 1) * 24)?;
        Ok(relation.clone())
    }

    fn remember(&self, name: &str, relation: Relation<'a>) {
        self.variables.borrow_mut().insert(name.to_owned(), Variable::Tabular(Rc::new(relation)));
    }

    /// The first cell of a query's answer.
    pub(crate) fn scalar(&self, pipeline: &Pipeline) -> Result<Bound<'a>, QueryError> {
        let answer = self.pipeline(pipeline, None)?;
        let ty = answer.fields.first().map_or(Ty::Dynamic, |field| field.ty);
        let value =
            answer.fields.first().zip(answer.rows.first()).map(|(field, row)| row.field(field));
        Ok(Bound::constant(ty, value.unwrap_or(Value::Null)))
    }

    /// The first column of a query's answer.
    pub(crate) fn first_column(&self, pipeline: &Pipeline) -> Result<Vec<Bound<'a>>, QueryError> {
        self.pipeline(pipeline, None).map(|answer| column_values(&answer))
    }

    /// The first column of a relation defined by `let`, if there is one of that name.
    pub(crate) fn first_column_of(&self, name: &str) -> Result<Option<Vec<Bound<'a>>>, QueryError> {
        self.tabular(name).map(|answer| answer.map(|answer| column_values(&answer))).transpose()
    }

    /// Runs a pipeline; `given` is what its source stands for inside `mv-apply`.
    pub(crate) fn pipeline(
        &self,
        pipeline: &Pipeline,
        given: Option<Relation<'a>>,
    ) -> Result<Relation<'a>, QueryError> {
        let mut relation = self.source(&pipeline.source, given)?;
        for operator in &pipeline.operators {
            self.cx.spend(1)?;
            relation = self.apply(operator, relation).map_err(|error| error.at(operator.at))?;
            self.cx.check_rows(relation.rows.len())?;
        }
        Ok(relation)
    }

    fn apply(
        &self,
        operator: &Located<Operator>,
        input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        match &operator.node {
            Operator::Where(condition) => self.filter(condition, input),
            Operator::Project(exprs) => self.project(exprs, input),
            Operator::ProjectAway(patterns) => self.project_away(patterns, input),
            Operator::ProjectKeep(patterns) => self.project_keep(patterns, input),
            Operator::ProjectRename(pairs) => self.project_rename(pairs, input),
            Operator::ProjectReorder(patterns) => self.project_reorder(patterns, input),
            Operator::Extend(exprs) | Operator::Serialize(exprs) => self.extend(exprs, input),
            Operator::Summarize { aggregates, by } => self.summarize(aggregates, by, &input),
            Operator::Sort(keys) => self.sort(keys, input),
            Operator::Top { count, by } => self.top(count, by, input),
            Operator::Take(count) => self.take(count, input),
            Operator::Distinct(exprs) => self.distinct(exprs, input),
            Operator::Count(name) => Ok(count::count(name.as_deref(), &input)),
            Operator::Join(join) => self.join(join, input),
            Operator::Union(union) => self.union(union, Some(input)),
            Operator::Expand(expand) => self.expand(expand, input),
            Operator::Apply { expand, body } => self.apply_to_each(expand, body, &input),
            Operator::Parse(parse) => self.parse(parse, input),
            Operator::As(name) => {
                self.remember(name, self.copied(&input)?);
                Ok(input)
            }
            Operator::SampleDistinct { count, of } => self
                .distinct(std::slice::from_ref(of), input)
                .and_then(|distinct| self.take(count, distinct)),
            Operator::GetSchema => Ok(count::schema(&input)),
            Operator::Render(_) => Ok(input),
        }
    }
}

fn column_values<'a>(relation: &Relation<'a>) -> Vec<Bound<'a>> {
    let Some(field) = relation.fields.first() else {
        return Vec::new();
    };
    relation.rows.iter().map(|row| Bound::constant(field.ty, row.field(field))).collect()
}
