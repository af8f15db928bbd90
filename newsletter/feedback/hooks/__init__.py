"""Hooks: what mail providers tell by HTTP. Each file knows one provider's proof of itself and its words."""
