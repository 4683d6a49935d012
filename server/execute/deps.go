package execute

import (
	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/models"
	"cuaderno/server/runs"
)

// Deps is what cells may use.
type Deps struct {
	Library   *datasets.Library
	Runs      *runs.Service
	Models    *models.Cache
	Epochs    *models.EpochModels
	Baselines *models.Baselines
	Estimator *estimate.Estimator
}
