//! Cuts, restarts and Ctrl-C: nothing is lost, nothing is done twice.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::chat::Chat;

/// `serve` on a port of its own, so that it can be started again at the same address.
async fn serve(dir: &Path, model: &ModelServer, port: u16) -> Process {
    let mut serve = command(dir);
    serve.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"]);
    serve.arg(dir.join("data"));
    with_model(&mut serve, model);
    Process::start(serve, dir.join("log")).await
}

fn port_of(process: &Process) -> u16 {
    process.url.rsplit(':').next().unwrap().parse().unwrap()
}

fn spawn(mut command: Command, input: &[u8]) -> Child {
    use std::io::Write as _;
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
}

async fn end(child: Child) -> Output {
    tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_answer_outlives_the_server_that_began_it() {
    for deploy in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let model = ModelServer::start().await;
        model.push(Script::new().text("Half").hang());
        model.push(Script::answer("Whole."));
        let process = serve(dir.path(), &model, 0).await;
        let port = port_of(&process);
        let asking = spawn(chat(dir.path(), &process.url), b"Well?\n");
        model.wait_for_requests(1).await;
        if deploy {
            process.terminate().await;
        } else {
            process.kill().await;
        }
        let process = serve(dir.path(), &model, port).await;
        let text = done(&end(asking).await);
        assert!(text.contains("Whole."), "{text}");
        assert_eq!(text.matches("❯ Well?").count(), 1, "{text}");
        assert!(text.contains("connected again"), "{text}");
        assert_eq!(titles(&process.url).await.len(), 1);
        process.kill().await;
    }
}

#[tokio::test]
async fn one_question_outlives_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    model.push(Script::new().text("Half").hang());
    model.push(Script::answer("Whole."));
    let process = serve(dir.path(), &model, 0).await;
    let port = port_of(&process);
    let mut ask = command(dir.path());
    ask.args(["ask", "--json", "--url", &process.url, "Well?"]);
    let asking = spawn(ask, b"");
    model.wait_for_requests(1).await;
    process.terminate().await;
    let process = serve(dir.path(), &model, port).await;
    let told: Value = serde_json::from_str(&done(&end(asking).await)).unwrap();
    assert_eq!(
        (&told["answer"], &told["outcome"]["kind"]),
        (&json!("Whole."), &json!("completed"))
    );
    process.kill().await;
}

/// A way to a server that breaks, once, when this comes along it.
async fn breaking(to: String, at: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut whole = true;
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(&to).await.unwrap();
            if !whole {
                tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
                continue;
            }
            let (mut heard, mut said) = near.split();
            let (mut answers, mut asks) = far.split();
            let down = async {
                let mut bytes = [0; 4096];
                let mut seen = String::new();
                while let Ok(count @ 1..) = answers.read(&mut bytes).await {
                    // Frames of a server are not masked.
                    seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
                    if seen.contains(at) {
                        return;
                    }
                    said.write_all(&bytes[..count]).await.unwrap();
                }
            };
            tokio::select! {
                () = down => whole = false,
                _ = copy(&mut heard, &mut asks) => {}
            }
        }
    });
    url
}

#[tokio::test]
async fn a_command_whose_reply_was_cut_off_is_done_once() {
    for cut_at in ["threadId", "runId", "Once."] {
        let service = Service::start().await;
        let dir = tempfile::tempdir().unwrap();
        service.says(Script::answer("Once."));
        let to = service.url().trim_start_matches("http://").to_owned();
        let url = breaking(to, cut_at).await;
        let text = done(&run_with_input(chat(dir.path(), &url), "Well?\n").await);
        assert_eq!(text.matches("Once.").count(), 1, "{cut_at}: {text}");
        assert!(text.contains("connected again"), "{cut_at}: {text}");
        assert_eq!(service.model.asked().len(), 1, "{cut_at}");
        assert_eq!(titles(&service.url()).await, ["Well?"], "{cut_at}");
        service.end().await;
    }
}

#[tokio::test]
async fn ctrl_c_cancels_the_run_in_the_server() {
    let service = Service::start().await;
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::new();
    service.says(Script::new().text("Begun").gate(&gate).stop());
    let asking = spawn(chat(dir.path(), &service.url()), b"Well?\n");
    gate.reached().await;
    interrupt(&asking);
    let output = end(asking).await;
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    assert!(out(&output).contains("cancelled by local"), "{}", out(&output));

    let gate = Gate::new();
    service.says(Script::new().text("Begun").gate(&gate).stop());
    let mut ask = command(dir.path());
    ask.args(["ask", "--url", &service.url(), "Well?"]);
    let asking = spawn(ask, b"");
    gate.reached().await;
    interrupt(&asking);
    let output = end(asking).await;
    assert_eq!(output.status.code(), Some(130), "{}", out(&output));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cancelled by local"), "{told}");
    service.end().await;
}

#[tokio::test]
async fn a_server_that_never_comes_back_is_given_up_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let output = run_with_input(chat(dir.path(), "http://127.0.0.1:9"), "Well?\n").await;
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("127.0.0.1:9") && !told.contains("panicked"), "{told}");
}

#[tokio::test]
async fn what_others_ask_in_the_thread_is_shown_when_it_is_opened() {
    let service = Service::start().await;
    let (mut other, thread) = service.thread().await;
    let gate = Gate::new();
    service.says(Script::new().text("Slow").gate(&gate).text(" but sure.").stop());
    let _run = other.ask(&thread, "By somebody else?").await;
    gate.reached().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = chat(dir.path(), &service.url());
    command.args(["--thread", &thread]);
    let reading = spawn(command, b"");
    // It must see the run before it may end.
    let mut watcher: Chat = service.chat().await;
    watcher.follow(&thread, json!({})).await;
    gate.open();
    let text = done(&end(reading).await);
    assert!(text.contains("❯ By somebody else?") && text.contains("Slow but sure."), "{text}");
    service.end().await;
}
