"""Help at the moment of replying: what is counted, checked, signed, approved and said in two languages. Pure."""
