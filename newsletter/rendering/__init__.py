"""Rendering: issues become pieces, pieces become editions; personal slots stay open."""
