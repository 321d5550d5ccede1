package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"galien/internal/app"
	"galien/internal/org"
	"galien/internal/platform/i18n"
)

// appointment are the flags that say whose role in which organisation.
type appointment struct {
	Email        string `help:"The address that the person signs in with." required:"" placeholder:"ADDRESS"`
	Organisation string `help:"The organisation's name as it is registered, or its id." required:"" placeholder:"NAME"`
	Role         string `help:"What they do there: administrator, teacher, or psychometrician of the national organisation." enum:"administrator,teacher,psychometrician" required:"" placeholder:"ROLE"`
}

func (a appointment) of() org.Appointment {
	return org.Appointment{Email: a.Email, Organisation: a.Organisation, Role: org.Role(a.Role)}
}

type grantCmd struct {
	common
	appointment
	Until string `help:"The role's last day, as 2027-06-30; no end by default." placeholder:"DATE"`
}

// Run gives the role, which serves from the person's next request on, while Galien serves or not.
func (c *grantCmd) Run(ctx context.Context, out io.Writer) error {
	wanted, until := c.of(), "without end"
	if c.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Until, i18n.Zone(ctx))
		if err != nil {
			return fmt.Errorf("the last day %q is no date: write it as 2027-06-30", c.Until)
		}
		ends := day.AddDate(0, 0, 1) // the last day counts
		wanted.Ends, until = &ends, "until "+c.Until
	}
	o, err := c.change(ctx, func(a *app.App) (org.Organisation, error) {
		if wanted.Ends != nil && !wanted.Ends.After(a.Config.Clock.Now()) {
			return org.Organisation{}, fmt.Errorf("the last day %s is over: choose a later one, or end a role with `galien admin revoke`", c.Until)
		}
		return a.Orgs.Appoint(ctx, wanted)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is %s of %s, %s\n", c.Email, c.Role, o.Name, until)
	return err
}

type revokeCmd struct {
	common
	appointment
}

// Run ends the role, from the person's next request on.
func (c *revokeCmd) Run(ctx context.Context, out io.Writer) error {
	o, err := c.change(ctx, func(a *app.App) (org.Organisation, error) { return a.Orgs.Dismiss(ctx, c.of()) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is no longer %s of %s\n", c.Email, c.Role, o.Name)
	return err
}

// change opens the installation, changes a role and seals the record of it.
func (c common) change(ctx context.Context, do func(*app.App) (org.Organisation, error)) (org.Organisation, error) {
	a, err := c.open(ctx)
	if err != nil {
		return org.Organisation{}, err
	}
	o, err := do(a)
	_, sealErr := a.Audit.Seal(ctx)
	return o, errors.Join(inWords(err), sealErr, a.Close())
}
