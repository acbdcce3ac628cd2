//! What questions cost: requests to Azure for each tool, on the sample estate and on one ten times
//! as large, and the tokens of the definitions that a question is offered.

#[path = "../../tests/support/tool_costs.rs"]
mod tool_costs;

use crate::Failure;

const LARGE: u32 = 10;

/// Prints both tables.
pub(crate) async fn measure() -> Result<(), Failure> {
    println!("\ntools: requests to Azure a call, further pages apart");
    println!("{:<30} {:>12} {:>16}", "tool", "scale 1", format!("scale {LARGE}"));
    let (small, large) = (tool_costs::of_tools(1).await?, tool_costs::of_tools(LARGE).await?);
    for (small, large) in small.iter().zip(&large) {
        let told = |requests, pages| match pages {
            0 => format!("{requests}"),
            pages => format!("{requests} + {pages} pages"),
        };
        let (one, many) = (told(small.requests, small.pages), told(large.requests, large.pages));
        println!("{:<30} {one:>12} {many:>16}", small.tool);
    }
    println!("\ntools: definitions offered to a question (bytes / 4)");
    for (question, offered, tokens) in tool_costs::of_definitions()? {
        println!("{tokens:>6} tokens, {offered:>2} tools: {question}");
    }
    Ok(())
}
