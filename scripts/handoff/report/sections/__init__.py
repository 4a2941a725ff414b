"""The sections of the page, in the order a head of marketing and a head of sales would argue."""
