package calibration

// tally adds the posterior of a row, n persons whose summed posterior mean is total,
// to the expected counts of its items.
func (p *pass) tally(f *form, row uint32, total float64) {
	start, blocks := p.pad(row)
	weight := p.weight[start : start+blocks*unroll]
	items, answers := p.data.listOf(f), p.data.answersOf(f, row)
	linear := items[:f.linear]
	if p.known {
		sums := p.sums[start:][:len(weight)]
		for q, w := range weight {
			sums[q] += w
		}
		scores, answers := p.scores[:len(linear)], answers[:len(linear)]
		for l := range scores {
			scores[l] += float64(answers[l]) * total
		}
	} else {
		addRows(p.counts.answered, linear, p.grid.stride, start, weight)
		for l, j := range linear {
			p.counts.products[j] += float64(answers[l]) * total
		}
	}
	answers = answers[f.linear:]
	for l, j := range items[f.linear:] {
		at := int(p.tables.category[j]+uint32(answers[l]))*p.grid.stride + start
		count := p.counts.category[at : at+len(weight)]
		for q, w := range weight {
			count[q] += w
		}
	}
}

// spread adds what the rows of a form share to the counts of its items.
func (p *pass) spread(f *form) {
	stride := p.grid.stride
	for l, j := range p.data.listOf(f)[:f.linear] {
		count := p.counts.answered[int(j)*stride : (int(j)+1)*stride]
		for q, w := range p.sums[:len(count)] {
			count[q] += w
		}
		p.counts.products[j] += p.scores[l]
	}
}

// pad puts zeros around the nodes that count, up to whole blocks of the inner loops,
// and keeps a range with a node to spare for the row's next E-step.
func (p *pass) pad(row uint32) (start, blocks int) {
	stride := p.grid.stride
	start, blocks = wholeBlocks(p.low, p.high, stride)
	clear(p.weight[start:p.low])
	clear(p.weight[p.high : start+blocks*unroll])
	low, span := wholeBlocks(max(0, p.low-1), min(stride, p.high+1), stride)
	p.lows[row], p.spans[row] = uint16(low), uint8(span)
	return start, blocks
}

// wholeBlocks widens [low, high) to whole blocks inside [0, stride), which is a
// multiple of unroll.
func wholeBlocks(low, high, stride int) (start, blocks int) {
	blocks = (high - low + unroll - 1) / unroll
	return min(low, stride-blocks*unroll), blocks
}

// sumRows writes to dst the sums of the items' rows, from node low. The sums stay in
// registers while the items go by.
func sumRows(dst, table []float64, items []uint16, stride, low int) {
	for ; len(dst) >= unroll; dst, low = dst[unroll:], low+unroll {
		var s0, s1, s2, s3, s4, s5, s6, s7 float64
		for _, j := range items {
			r := (*[unroll]float64)(table[int(j)*stride+low:])
			s0 += r[0]
			s1 += r[1]
			s2 += r[2]
			s3 += r[3]
			s4 += r[4]
			s5 += r[5]
			s6 += r[6]
			s7 += r[7]
		}
		r := (*[unroll]float64)(dst)
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = s0, s1, s2, s3, s4, s5, s6, s7
	}
}

// addRows adds weight to the items' rows, from node low. The weights stay in registers.
func addRows(table []float64, items []uint16, stride, low int, weight []float64) {
	for ; len(weight) >= unroll; weight, low = weight[unroll:], low+unroll {
		w := (*[unroll]float64)(weight)
		w0, w1, w2, w3, w4, w5, w6, w7 := w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
		for _, j := range items {
			r := (*[unroll]float64)(table[int(j)*stride+low:])
			r[0] += w0
			r[1] += w1
			r[2] += w2
			r[3] += w3
			r[4] += w4
			r[5] += w5
			r[6] += w6
			r[7] += w7
		}
	}
}
