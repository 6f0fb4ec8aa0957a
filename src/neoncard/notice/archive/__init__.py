"""Reading archives of any size, without a database: `neoncard read` (docs/read.md)."""
