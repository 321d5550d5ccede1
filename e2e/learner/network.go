package learner

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Network is the connections of many learners: each new one comes from the next address of 127.0.0.0/8, since the server
// limits how often one network may start without being known.
type Network struct{ opened atomic.Uint32 }

// Transport opens connections of this network. Those that stay open are reused when keep is set; without it every request
// has its own, as a device that comes for the first time.
func (n *Network) Transport(keep bool) *http.Transport {
	const idle = 4096
	return &http.Transport{DialContext: n.dial, DisableKeepAlives: !keep, DisableCompression: true,
		MaxIdleConns: idle, MaxIdleConnsPerHost: idle, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: 30 * time.Second}
}

func (n *Network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	i := n.opened.Add(1)
	from := net.IPv4(127, byte(1+i/62_500%250), byte(1+i/250%250), byte(1+i%250))
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}, Timeout: 10 * time.Second}
	return dialer.DialContext(ctx, network, address)
}
