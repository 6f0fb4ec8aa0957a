"""How dates and times are written, a folder a language, where Django’s own way is not ours."""
