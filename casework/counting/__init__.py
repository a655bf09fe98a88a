"""From answers to a form to figures of each question, by channel, beside them weighted ones where that is asked for."""
