//! A question and its answer, and the end of what is at work.

use super::session::{Flow, Session};
use crate::{
    cli::{
        client::{ClientError, read_id},
        show::Style,
        signals::{Asked, INTERRUPTED},
    },
    protocol::{
        CancelRun, Command, CreateThread, MessageId, RunId, StartRun, Subscribe, ThreadId,
        UserMessage, WhenBusy,
    },
};

impl Session {
    /// Asks, and shows what happens until the answer is there.
    pub(super) async fn ask(&mut self, text: String) -> Result<Flow, ClientError> {
        let question = Question {
            thread: self.thread,
            title: self.title.clone(),
            scope: self.setting.scope.clone(),
            text,
        };
        let beginning = begin(&mut self.link, &mut self.shower, question);
        let Some((begun, interrupted)) = self.signals.during(beginning).await else {
            return Ok(Flow::Break(INTERRUPTED));
        };
        let (thread, run) = begun?;
        self.thread = Some(thread);
        self.title = None;
        self.open_runs.insert(run);
        if interrupted {
            self.cancel().await?;
        }
        self.until_quiet().await
    }

    /// Shows what happens until nothing is at work. The first Ctrl-C cancels, the second leaves.
    pub(super) async fn until_quiet(&mut self) -> Result<Flow, ClientError> {
        let mut cancelled = false;
        while !self.open_runs.is_empty() {
            tokio::select! {
                happening = self.link.next() => self.take(happening)?,
                asked = self.signals.next() => {
                    if cancelled || asked == Asked::Terminate {
                        let text = "what is at work goes on in the server";
                        self.shower.note(Style::Dim, text);
                        return Ok(leave(asked));
                    }
                    cancelled = true;
                    self.shower.note(Style::Dim, "… cancelling; Ctrl-C again leaves");
                    self.cancel().await?;
                }
            }
            if self.shower.paper.is_broken() {
                return Ok(Flow::Break(1));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Cancels whatever is at work in the thread.
    pub(super) async fn cancel(&mut self) -> Result<(), ClientError> {
        let Some(thread_id) = self.thread else { return Ok(()) };
        if self.open_runs.is_empty() {
            self.shower.note(Style::Dim, "nothing is at work in this thread");
        }
        for run_id in self.open_runs.clone() {
            let cancel = |id| Command::CancelRun(CancelRun { id, thread_id, run_id });
            self.link.tell(cancel).await?;
        }
        Ok(())
    }
}

struct Question {
    thread: Option<ThreadId>,
    title: Option<String>,
    scope: Vec<String>,
    text: String,
}

async fn begin(
    link: &mut crate::cli::client::Link,
    shower: &mut crate::cli::show::Shower,
    question: Question,
) -> Result<(ThreadId, RunId), ClientError> {
    let thread_id = match question.thread {
        Some(thread_id) => thread_id,
        None => {
            let Question { title, scope, .. } = question;
            let create = |id| Command::CreateThread(CreateThread { id, title, scope });
            let created = link.ask(create, |trouble| shower.trouble(trouble)).await?;
            let thread_id = read_id(&created, "threadId")?;
            let subscribe =
                |id| Command::Subscribe(Subscribe { id, thread_id, after: None, last: None });
            link.ask(subscribe, |trouble| shower.trouble(trouble)).await?;
            thread_id
        }
    };
    let message = UserMessage { id: MessageId::new(), text: question.text };
    shower.asked(message.id.clone());
    let when_busy = WhenBusy::Queue;
    let start =
        |id| Command::StartRun(StartRun { id, thread_id, message, when_busy, limits: None });
    let started = link.ask(start, |trouble| shower.trouble(trouble)).await?;
    Ok((thread_id, read_id(&started, "runId")?))
}

fn leave(asked: Asked) -> Flow {
    match asked {
        Asked::Interrupt => Flow::Break(INTERRUPTED),
        Asked::Terminate => Flow::Break(0),
    }
}
