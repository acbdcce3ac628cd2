//! What `--help` teaches beyond the options: examples a command, and what is common to all.

pub(super) const TOP: &str = "\
Begin:
  opscopilot chat                                talk in the terminal
  opscopilot serve                               serve the web page, then open the printed address
  opscopilot ask \"Explain my secure score\"       one question, one answer
  opscopilot doctor                              what works here, and what to do about the rest

Every option is a flag, an environment variable and a key of opscopilot.toml, in this order.
`opscopilot help COMMAND` lists those of a command.

Environment:
  OPSCOPILOT_CLOUD, OPSCOPILOT_AZURE_IDENTITY    real Azure, and who to be there
  AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET
                                                 of --azure-identity client-secret
  OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL  a model; without one the built-in planner answers
  AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT, AZURE_OPENAI_API_KEY
                                                 a model of Azure OpenAI
  OPSCOPILOT_DATA                                where threads are kept (XDG_DATA_HOME/opscopilot)
  OPSCOPILOT_URL                                 the server that chat, ask and doctor speak with
  NO_COLOR                                       no colours in the terminal
  HTTPS_PROXY, NO_PROXY                          the way out

Exit codes: 0 done, 1 failed or no answer, 2 wrong usage, 130 interrupted.";

pub(super) const SERVE: &str = "\
Examples:
  opscopilot serve                               the sample estate, at http://127.0.0.1:8765
  opscopilot serve --cloud public                your Azure, signed in as `az` is
  opscopilot serve --cloud public --azure-identity managed-identity
  opscopilot serve --openai-base-url http://127.0.0.1:11434/v1 --openai-model qwen3
  opscopilot serve --listen 127.0.0.1:0 --data ./data";

pub(super) const CHAT: &str = "\
Examples:
  opscopilot chat                                the sample estate; the threads of `serve`
  opscopilot chat --cloud public                 your Azure, signed in as `az` is
  opscopilot chat --url https://ops.example.com  a server elsewhere
  opscopilot chat --thread last                  go on where you left
  printf 'List my subscriptions\\n' | opscopilot chat
                                                 one question a line, plain output

Without --url it serves itself on a loopback port. When the data directory is in use, it talks
with the server that holds it. In the conversation /help lists every word; Ctrl-C cancels an
answer, a second one leaves, and what is at work goes on in the server.";

pub(super) const ASK: &str = "\
Examples:
  opscopilot ask \"Which security alerts are high severity?\"
  opscopilot ask --json \"List my subscriptions\" | jq -r .answer
  opscopilot ask --scope /subscriptions/00000000-0000-0000-0000-000000000000 \"What changed today?\"
  opscopilot ask --url http://127.0.0.1:8765 \"Explain my secure score\"
  opscopilot ask - < question.txt

The answer goes to standard output, notes to standard error. Ctrl-C cancels; a second one leaves.
Exit codes: 0 answered, 1 no answer, 130 interrupted.";

pub(super) const DOCTOR: &str = "\
Examples:
  opscopilot doctor                              the sample estate, the planner, the disk
  opscopilot doctor --cloud public               sign-in, subscriptions and missing roles
  opscopilot doctor --openai-base-url http://127.0.0.1:11434/v1 --openai-model qwen3
  opscopilot doctor --json | jq '.checks[] | select(.status != \"ok\")'

It changes nothing and prints no secret. Exit codes: 0 nothing fails, 1 something does.";

pub(super) const TOOLS: &str = "\
Examples:
  opscopilot tools                               names and titles, by pillar
  opscopilot tools --json | jq -r '.[] | .name + \": \" + (.actions | join(\", \"))'
  opscopilot tools --tools-dir ./queries         with operations of your own";

pub(super) const ESTATE: &str = "\
Examples:
  opscopilot estate                              at http://127.0.0.1:8766, in memory
  opscopilot estate --seed 7 --scale 10 --listen 127.0.0.1:0
  opscopilot estate --data ./data --ledger requests.jsonl --throttle
  opscopilot estate reset --data ./data          forget what is stored

It is an Azure Resource Manager: point any client at it with any bearer token. `sample:NAME` is
another user: reader, contributor, security-reader, group-reader, nobody.";

pub(super) const SCHEMA: &str = "\
Examples:
  opscopilot schema --out schemas                one file a document, the names of /schemas/v1/";

pub(super) const EVAL: &str = "\
Examples:
  opscopilot eval                                our own questions, of the planner
  opscopilot eval --openai-base-url http://127.0.0.1:11434/v1 --openai-model qwen3
  opscopilot eval --questions mine.jsonl --format json --out report.json --pass-mark 90

Each question is asked of a private server; what is true is read from a sample estate of the same
seed by REST and by queries in the question file, never by the tools. A line of that file:
  {\"category\": \"resiliency\", \"truth\": {\"n\": {\"query\": \"resources | count\"}},
   \"turns\": [{\"ask\": \"How many resources are there?\", \"calls\": [[\"count_resources\", {}]],
             \"says\": [\"{n} resources\"]}]}
Exit codes: 0 passed, 1 below the pass mark or nothing examined, 130 interrupted.";
