//! Without `--url`: a server of one's own, or the one that holds the data directory.

use super::*;

fn here(dir: &Path) -> Command {
    let mut chat = command(dir);
    chat.args(["chat", "--planner", "--data"]).arg(dir.join("data"));
    chat
}

#[tokio::test]
async fn it_serves_itself_and_keeps_its_threads_where_serve_does() {
    let dir = tempfile::tempdir().unwrap();
    let text = done(&run_with_input(here(dir.path()), "List my subscriptions\n/status\n").await);
    assert!(text.contains("(in this process)"), "{text}");
    let process = planner(dir.path()).await;
    assert_eq!(titles(&process.url).await, ["List my subscriptions"]);
    process.kill().await;
    let mut again = here(dir.path());
    again.args(["--thread", "last"]);
    let text = done(&run_with_input(again, "/status\n").await);
    assert!(text.contains("❯ List my subscriptions"), "{text}");
}

#[tokio::test]
async fn a_locked_data_directory_leads_to_its_server() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    let text = done(&run_with_input(here(dir.path()), "List my subscriptions\n/status\n").await);
    assert!(text.contains(&format!("server  {}, version", process.url)), "{text}");
    assert_eq!(titles(&process.url).await, ["List my subscriptions"]);
    process.kill().await;
}

#[tokio::test]
async fn when_that_server_dies_it_serves_itself_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    model.push(Script::new().text("Half").hang());
    model.push(Script::answer("Whole."));
    let process = Process::serve(dir.path(), |command| with_model(command, &model)).await;
    let mut chat = command(dir.path());
    chat.args(["chat", "--data"]).arg(dir.path().join("data"));
    with_model(&mut chat, &model);
    let talking = tokio::spawn(run_with_input(chat, "Well?\n"));
    model.wait_for_requests(1).await;
    process.kill().await;
    let text = done(&talking.await.unwrap());
    assert!(text.contains("trying again") && text.contains("Whole."), "{text}");
}
