"""What has to hold of everything stored, one module for what belongs together. `application/integrity/invariants.py` lists the checks.

I1 every command has its events, I2 no id twice, I3 versions without holes, I4 positions in the order of versions,
I5 read models equal to a fold from scratch, I6 nothing folded twice or left out below a checkpoint, I7 no rung of a reminder
told before its day or twice, I8 no rung in two messages to one person, I9 the ledgers as their signed heads say, I10 every stream
accepted by its table, I11 nobody confirms what they proposed, I12 every ciphertext with a key or a tombstone, I13 every
document in the store under its hash, I14 authority with its mark and its event, I15 claims as the log says, I16 readings in chains
without gap or forgery, I17 every column of every row of its type.
"""
