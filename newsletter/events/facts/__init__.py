"""Facts that reports state of an event, and on which of them the reports differ. Pure.

A fact is a day, a count of people, an age, an amount of money, a magnitude or a place, with the sentence that states
it. Nothing here decides who is right.
"""
