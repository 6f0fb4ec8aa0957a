"""Notice: reading conversations, with evidence. `notice/engine/` knows no Django."""
