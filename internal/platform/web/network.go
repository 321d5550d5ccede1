package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Network is the caller's network: the IPv4 address, or the IPv6 /64 that one subscriber holds. Behind a trusted proxy it is
// the network of whom the proxy speaks for.
func Network(r *http.Request) string {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	ip := addr.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// forwarded makes the address of a request that of the caller whom the trusted proxies received it from. Without trusted
// proxies the headers are whatever a caller likes, and are not looked at.
func (s *Server) forwarded(next http.Handler) http.Handler {
	if len(s.site.Proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if addr, ok := callerBehind(s.site.Proxies, r); ok {
			r = r.WithContext(r.Context()) // the server's own request keeps the peer
			r.RemoteAddr = netip.AddrPortFrom(addr, 0).String()
		}
		next.ServeHTTP(w, r)
	})
}

// callerBehind reads X-Forwarded-For from its end, where each proxy adds whom it received the request from, and returns the
// first address that is not a trusted proxy: what stands before it is the caller's own word. ok is false when the peer is
// not trusted, when an address up to there cannot be read, and when there is none: the peer is then the caller.
func callerBehind(proxies []netip.Prefix, r *http.Request) (caller netip.Addr, ok bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !within(proxies, peer.Addr()) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, ok := readHop(strings.TrimSpace(hop))
		if !ok {
			return netip.Addr{}, false
		}
		if !within(proxies, addr) {
			return addr, true
		}
	}
	return netip.Addr{}, false
}

// readHop reads an address, to which some proxies add the port.
func readHop(hop string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(hop); err == nil {
		return addr.Unmap(), true
	}
	addr, err := netip.ParseAddrPort(hop)
	return addr.Addr().Unmap(), err == nil
}

func within(networks []netip.Prefix, addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}
