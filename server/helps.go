package main

// Help are examples.
func (*trainCmd) Help() string {
	return `Examples:
  train --epochs 1                               the lesson, for one epoch
  train --layer gru --units 64 --maxlen 200
  train --early-stopping val_loss --restore-best
  train --resume ID                              go on with a run that was stopped or killed
  train --epochs 1 --json | jq .accuracy         one object a line`
}

// Help are examples.
func (classifyCmd) Help() string {
	return `Examples:
  classify "A slow start, but what an ending."
  classify --run ID --json - < reviews.txt       one review a line
  classify --in reviews.csv -o judged.csv        many, with the accuracy if they have labels
  classify --in - --kind csv < reviews.csv       a table from standard input`
}
