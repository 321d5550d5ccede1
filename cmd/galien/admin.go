package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/platform/archive"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

type adminCmd struct {
	Init       adminInitCmd  `cmd:"" help:"Create the national organisation and its first administrator, once."`
	Grant      grantCmd      `cmd:"" help:"Give somebody a role in an organisation, from now on."`
	Revoke     revokeCmd     `cmd:"" help:"End somebody's role in an organisation, now."`
	RotateKeys rotateKeysCmd `cmd:"" help:"Make a new master key and wrap everybody's key under it."`
}

type adminInitCmd struct {
	common
	Organisation string `help:"Name of the administration that runs the installation." required:"" placeholder:"NAME"`
	Email        string `help:"The administrator's address: what they sign in with." required:"" placeholder:"ADDRESS"`
	Name         string `help:"How the administrator is called." required:"" placeholder:"NAME"`
	PasswordFile string `help:"File that holds the administrator's password." required:"" placeholder:"FILE"`
}

// Run founds the installation. It is refused where one was founded.
func (c *adminInitCmd) Run(ctx context.Context, out io.Writer) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	password, err := readSecret(c.PasswordFile)
	if err != nil {
		return fmt.Errorf("the password file %s cannot be read: check its name and its rights", c.PasswordFile)
	}
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	err = c.found(ctx, a, password)
	_, sealErr := a.Audit.Seal(ctx)
	if err := errors.Join(inWords(err), sealErr, a.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is founded; %s signs in with %s\n", c.Organisation, c.Name, c.Email)
	return err
}

func (c *adminInitCmd) found(ctx context.Context, a *app.App, password string) error {
	// For a person who does not exist, Found changes nothing and still says whether an organisation is there.
	if _, err := a.Orgs.Found(ctx, c.Organisation, id.New(a.Config.Clock.Now())); errs.HasCode(err, "org.already_founded") || errs.Is(err, errs.Invalid) {
		return err
	}
	actor, _, err := a.Identity.Register(ctx, identity.Actor{}, "console",
		identity.Registration{Name: c.Name, Email: c.Email, Password: password})
	if errs.HasCode(err, "identity.register_refused") { // a first try stopped here, or the person has an account
		actor, _, err = a.Identity.SignIn(ctx, identity.Actor{}, "console", c.Email, password)
	}
	if err != nil {
		return err
	}
	_, err = a.Orgs.Found(ctx, c.Organisation, actor.Person)
	return err
}

type rotateKeysCmd struct {
	common
}

// Run rotates the master key, or ends a rotation that was stopped. The ledger records it first.
func (c *rotateKeysCmd) Run(ctx context.Context, out io.Writer) error {
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	n, err := rotate(ctx, a)
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d keys are wrapped under a new master key; back up now, since older backups open with the older one only\n", n)
	return err
}

func rotate(ctx context.Context, a *app.App) (int, error) {
	if err := archive.Record(ctx, a.DB, a.Audit, "keyring.rotate", "keys:master"); err != nil {
		return 0, err
	}
	return a.Ring.Rotate(ctx, a.DB)
}
