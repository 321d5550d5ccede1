package main

import "context"

type pagesCmd struct{ target }

func (c *pagesCmd) Run(ctx context.Context) error { return nil }
