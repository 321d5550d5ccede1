package assess

import "context"

// Language is the one the questions in service are written in (BCP 47).
func (s *Service) Language(ctx context.Context) (string, error) {
	published, err := s.items.Current(ctx)
	if err != nil {
		return "", err
	}
	return published.Release.Manifest.Language, nil
}
