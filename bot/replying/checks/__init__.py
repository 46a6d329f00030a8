"""The checks of a draft: pure functions of a draft and the rules, in time that grows with the text and no faster."""
